"""`python -m domprune.mcp --allow shop.example`: the server on standard input and output."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from common.secrets import SecretSettings
from domprune.guard.settings import GuardSettings


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until the client hangs up; returns the exit code, 2 where the settings cannot work."""
    try:
        settings = read(sys.argv[1:] if arguments is None else arguments)
        from domprune.mcp.desk import Desk
        from domprune.mcp.server import build_server
        from domprune.page.errors import BrowserMissing
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    except ModuleNotFoundError as error:
        print(f"{error}: pip install 'secateurs[mcp]'", file=sys.stderr)
        return 2
    try:
        with Desk(settings) as desk:
            build_server(desk).run("stdio")
    except (ValueError, BrowserMissing) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def read(arguments: Sequence[str]) -> GuardSettings:
    """Read a command line into what is allowed; raises ValueError where it cannot be."""
    parser = argparse.ArgumentParser(prog="python -m domprune.mcp", description=__doc__)
    parser.add_argument(
        "--allow", action="append", default=[], required=True, metavar="SITE",
        help="shop.example, *.shop.example, 127.0.0.1:8000; once for each site",
    )  # fmt: skip
    parser.add_argument(
        "--local", action="append", default=[], metavar="ADDRESS",
        help="an address or network beyond the public internet that names may lead to",
    )  # fmt: skip
    parser.add_argument(
        "--secret", action="append", default=[], nargs=3, metavar=("NAME", "ORIGIN", "VARIABLE"),
        help="a secret, the origin that alone is given it, the environment variable that holds it",
    )  # fmt: skip
    given = parser.parse_args(arguments)
    secrets = {
        name: SecretSettings(origin=origin, variable=variable)
        for name, origin, variable in given.secret
    }
    return GuardSettings(allowed=given.allow, local=given.local, secrets=secrets)


if __name__ == "__main__":
    sys.exit(main())
