"""No secret is written down anywhere: keys of clouds and services, private keys, tokens.

Passwords in Python are ruff's (S105 to S107).
"""

from collections.abc import Iterator
from pathlib import Path

from detect_secrets import SecretsCollection
from detect_secrets.settings import transient_settings

ROOT = Path(__file__).parents[1]
PLUGINS = (
    "AWSKeyDetector",
    "AzureStorageKeyDetector",
    "BasicAuthDetector",
    "GitHubTokenDetector",
    "GitLabTokenDetector",
    "JwtTokenDetector",
    "OpenAIDetector",
    "PrivateKeyDetector",
    "SendGridDetector",
    "SlackDetector",
    "StripeDetector",
    "TwilioKeyDetector",
)
EXAMPLES = ["user:password@host", r"ann:s%40cret@db\.example\.org", r"a:b@hooks\.example"]
SETTINGS = {
    "plugins_used": [{"name": name} for name in PLUGINS],
    "filters_used": [
        {"path": "detect_secrets.filters.allowlist.is_line_allowlisted"},
        {"path": "detect_secrets.filters.regex.should_exclude_line", "pattern": EXAMPLES},
    ],
}


def written_down(paths: Iterator[Path]) -> list[str]:
    """Where a secret stands: file, line and kind, never the secret."""
    found = SecretsCollection()
    with transient_settings(SETTINGS):
        for path in paths:
            found.scan_file(str(path))
    return [f"{name}:{secret.line_number}: {secret.type}" for name, secret in found]


def files(folder: Path = ROOT) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir() and not path.name.startswith((".", "__")):
            yield from files(path)
        elif path.suffix in (".py", ".md", ".txt", ".toml", ".html", ".js", ".json", ".yaml"):
            yield path


def test_no_secret_is_written_down():
    assert written_down(files()) == []


def test_a_secret_would_be_found(tmp_path):
    (tmp_path / "key.py").write_text('KEY = "AKIA' + 'QW3RTY7UIOP5ASDF"\n')
    (tmp_path / "note.md").write_text("-----BEGIN RSA " + "PRIVATE KEY-----\n")

    assert [text.split(": ")[1] for text in sorted(written_down(files(tmp_path)))] == [
        "AWS Access Key",
        "Private Key",
    ]
