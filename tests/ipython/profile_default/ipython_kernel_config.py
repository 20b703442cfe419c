"""The kernel profile under which page outputs are written and tested.

`make notebooks` and nbval both point IPYTHONDIR here, so that both see one kernel.
"""

c = get_config()  # noqa: F821

# TensorFlow's C++ log lines land in stderr under Jupyter, but not under pytest:
# leave file descriptors 1 and 2 alone in both, so that outputs are the same.
c.IPKernelApp.capture_fd_output = False

# No history file: two kernels at once would fight over one SQLite file.
c.HistoryManager.enabled = False
