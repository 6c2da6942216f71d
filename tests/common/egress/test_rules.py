from __future__ import annotations

from ipaddress import ip_address

import pytest

from common.egress.rules import EgressRules, plain_host
from common.egress.types import EgressRefused, Target


def allows(rules: EgressRules, host: str, port: int = 443) -> bool:
    try:
        rules.check_target(Target(plain_host(host), port))
    except EgressRefused:
        return False
    return True


def test_a_name_covers_itself_on_the_ports_of_the_web() -> None:
    rules = EgressRules.read(["shop.example"])
    assert allows(rules, "shop.example")
    assert allows(rules, "SHOP.example.", 80)
    assert not allows(rules, "shop.example", 22)
    assert not allows(rules, "www.shop.example")
    assert not allows(rules, "evilshop.example")
    assert not allows(rules, "shop.example.evil.test")


def test_a_star_covers_the_name_and_all_below_it() -> None:
    rules = EgressRules.read(["*.shop.example:8443"])
    assert allows(rules, "shop.example", 8443)
    assert allows(rules, "a.b.shop.example", 8443)
    assert not allows(rules, "notshop.example", 8443)
    assert not allows(rules, "shop.example", 443)


def test_names_in_other_scripts_are_compared_in_ascii() -> None:
    rules = EgressRules.read(["bücher.example"])
    assert allows(rules, "xn--bcher-kva.example")
    # Cyrillic а, full-width letters, dotless ı: other names, or the same one written wide.
    assert not allows(EgressRules.read(["apple.example"]), "аpple.example")
    assert allows(EgressRules.read(["apple.example"]), "ａpple.example")
    assert not allows(EgressRules.read(["mail.example"]), "maıl.example")


def test_an_address_among_the_sites_is_its_own_permission_and_nothing_else_is() -> None:
    rules = EgressRules.read(["127.0.0.1:8000"])
    rules.check_address(ip_address("127.0.0.1"))
    for other in ("127.0.0.2", "10.0.0.1", "::1", "::ffff:127.0.0.1"):
        with pytest.raises(EgressRefused, match="not a public address"):
            rules.check_address(ip_address(other))


def test_networks_are_allowed_by_local() -> None:
    rules = EgressRules.read(["intranet.example"], ["10.1.0.0/16", "fd00::/8"])
    rules.check_address(ip_address("10.1.2.3"))
    rules.check_address(ip_address("fd00::1"))
    with pytest.raises(EgressRefused):
        rules.check_address(ip_address("10.2.0.1"))


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "*",
        "*.",
        "http://shop.example",
        "shop.example/path",
        "user@shop.example",
        "shop.example:0",
        "shop.example:70000",
        "a b",
        "*.127.0.0.1",
        "sh*p.example",
        "1.2.3.4.5",
        "-.example",
    ],
)
def test_a_pattern_that_cannot_be_read_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="allowed must hold hosts"):
        EgressRules.read([pattern])


def test_a_wrong_network_is_refused() -> None:
    with pytest.raises(ValueError, match="local must hold addresses"):
        EgressRules.read(["shop.example"], ["10.0.0.0/33"])
