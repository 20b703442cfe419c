"""The table of platforms: every name of the source, every column filled."""

from dataclasses import fields
from pathlib import Path

from cnnbook.deploy.platforms import Platform, as_html, read_platforms

DEPLOYMENT = Path(__file__).parents[2] / "deployment"
# lines 391 and 396-404 of the source
NAMED = (
    "Docker",
    "SageMaker",
    "AI Platform",
    "Vertex AI",
    "Azure Machine Learning",
    "AWS Lambda",
    "Cloud Functions",
    "Azure Functions",
    "EKS",
    "GKE",
    "AKS",
)


def test_every_platform_of_the_source_has_a_row():
    named = " ".join(platform.named for platform in read_platforms(DEPLOYMENT))
    assert [name for name in NAMED if name not in named] == []


def test_no_field_is_empty():
    platforms = read_platforms(DEPLOYMENT)
    assert len(platforms) == 6
    for platform in platforms:
        empty = [f.name for f in fields(platform) if not getattr(platform, f.name)]
        assert empty == [], platform.name


def test_a_row_is_read_with_its_readme(tmp_path):
    (tmp_path / "some").mkdir()
    (tmp_path / "README.md").write_text(
        "| what | run | validated | left |\n|---|---|---|---|\n"
        "| nginx | started | | TLS |\n"
        "| [Some](some/README.md) | `x` ran | all < 2 | an account |\n"
    )
    (tmp_path / "some/README.md").write_text(
        "# Some\n\n- **Named by the source**: Some,\n  formerly Other.\n"
        "- **Left to you**: first\n\n  ```bash\n  some create \\\n    --now\n  ```\n\n"
        "- **Cost drivers**: hours.\n- **Take it down**: `some delete`.\n"
    )
    (row,) = read_platforms(tmp_path)
    assert row == Platform(
        name="Some",
        named="Some, formerly Other.",
        run="`x` ran",
        validated="all < 2",
        left="an account",
        commands="some create \\\n  --now",
        cost="hours.",
        take_down="`some delete`.",
    )
    columns = {"what": "name", "run": "run", "checked": "validated", "how": "commands"}
    table = as_html([row], columns)
    assert "<code>x</code> ran" in table
    assert "all &lt; 2" in table
    assert "<pre>some create \\\n  --now</pre>" in table
