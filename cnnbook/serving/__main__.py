"""Start the service: `python -m cnnbook.serving`; `--help` lists its settings."""

import argparse
import sys

from cnnbook.serving.settings import SettingsError, describe_settings, read_settings


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; 2 where a setting or a key cannot be used."""
    options = _parser().parse_args(arguments)
    if options.command == "key":
        return _add_key(options)
    return _serve(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m cnnbook.serving",
        description="Serve a verified model over HTTP.",
        epilog="settings, from the environment [default]:\n" + describe_settings(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--host", help="address to listen on")
    parser.add_argument("--port", type=int, help="port to listen on")
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("serve", help="what happens without a command, too")
    key = commands.add_parser("key", help="make an API key and print it once")
    key.add_argument("name", help="who will hold it")
    key.add_argument("--role", choices=("predict", "admin"), default="predict")
    key.add_argument("--file", required=True, help="the file of hashed keys")
    return parser


def _add_key(options: argparse.Namespace) -> int:
    from cnnbook.serving.auth import add_key

    try:
        print(add_key(options.file, options.name, options.role))
    except (ValueError, OSError) as error:
        print(f"cnnbook.serving: {error}", file=sys.stderr)
        return 2
    return 0


def _serve(options: argparse.Namespace) -> int:
    from cnnbook.manifest import ManifestError
    from cnnbook.serving.auth import KeysError
    from cnnbook.serving.logs import configure
    from cnnbook.serving.memory import return_large_blocks

    given = {
        name: value
        for name in ("host", "port")
        if (value := getattr(options, name)) is not None
    }
    try:
        settings = read_settings(**given)
        configure(settings.log_level)
        return_large_blocks()
        from cnnbook.serving.server import make_server

        server = make_server(settings)
    except (SettingsError, KeysError, ManifestError) as error:
        print(f"cnnbook.serving: {error}", file=sys.stderr)
        return 2
    server.run()
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main())
