from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from common.redact import Redactor
from common.run import Run
from common.secrets import (
    Secrets,
    SecretSettings,
    UnknownSecret,
    origin_of,
    placeholder,
)

VALUE = 'canary "é&<4711'
SHOP = "https://shop.example"


def secrets(value: str = VALUE) -> Secrets:
    settings = {"shop_password": SecretSettings(origin=SHOP, variable="SHOP")}
    return Secrets.load(settings, {"SHOP": value})


def test_a_placeholder_becomes_the_value_at_its_origin_alone() -> None:
    asked = f"x {placeholder('shop_password')} y"
    assert secrets().reveal(asked, SHOP) == f"x {VALUE} y"
    for other in ("http://shop.example", "https://shop.example:444", "https://a.shop.example", ""):
        with pytest.raises(UnknownSecret, match=r"is for https://shop\.example"):
            secrets().reveal(asked, other)


def test_a_name_that_does_not_exist_is_told_with_those_that_do() -> None:
    with pytest.raises(UnknownSecret, match="no secret 'mail'; there are: shop_password"):
        secrets().reveal("{{secret:mail}}", SHOP)


def test_placeholders_are_read_with_spaces_and_nothing_else_is_one() -> None:
    assert secrets().reveal("{{ secret: shop_password }}", SHOP) == VALUE
    assert secrets().reveal("{secret:shop_password}", SHOP) == "{secret:shop_password}"


@pytest.mark.parametrize(
    "written",
    [
        VALUE,
        "canary%20%22%C3%A9%26%3C4711",
        "canary+%22%C3%A9%26%3C4711",
        "canary &quot;é&amp;&lt;4711",
        'canary \\"é&<4711',
        'canary \\"\\u00e9&<4711',
    ],
)
def test_every_way_of_writing_a_value_is_concealed(written: str) -> None:
    assert secrets().conceal(f"a{written}b") == "a{{secret:shop_password}}b"


def test_a_value_inside_another_is_told_by_the_longer_one() -> None:
    both = Secrets({"a": "secret", "b": "secret-long"}, {"a": SHOP, "b": SHOP})
    assert both.conceal("secret-long secret") == "{{secret:b}} {{secret:a}}"


def test_no_secrets_conceal_nothing() -> None:
    assert Secrets({}, {}).conceal("anything") == "anything"


def test_a_file_holds_one_line(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("from a file\n", "utf-8")
    read = Secrets.load({"a": SecretSettings(origin=SHOP, file=str(file))})
    assert read.reveal("{{secret:a}}", SHOP) == "from a file"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"origin": SHOP}, "variable or file must"),
        ({"origin": SHOP, "variable": "A", "file": "b"}, "variable or file must"),
        ({"origin": SHOP, "variable": "hunter2-is-it"}, "variable must be the name"),
        ({"origin": "shop.example", "variable": "A"}, "origin must be scheme and host"),
        ({"origin": "https://shop.example/login", "variable": "A"}, "origin must be"),
        ({"origin": "https://me@shop.example", "variable": "A"}, "origin must be"),
    ],
)
def test_wrong_settings_are_refused(settings: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message) as refused:
        SecretSettings(**settings)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("value", ["", "12#45", "two\nlines"])
def test_values_that_cannot_be_kept_are_refused_without_telling_them(value: str) -> None:
    with pytest.raises(ValueError, match=r"secrets.shop_password") as refused:
        secrets(value)
    assert not value or value not in str(refused.value)


def test_no_text_of_the_object_shows_a_value() -> None:
    assert "canary" not in f"{secrets()!r} {secrets()}"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://shop.example/a?b", SHOP),
        ("http://127.0.0.1:8000/x", "http://127.0.0.1:8000"),
        ("http://[::1]:80/", "http://[::1]"),
        ("https://shop.example:99999/", ""),
        ("about:blank", ""),
        ("blob:https://shop.example/1", ""),
        ("https:\\\\shop.example", ""),
    ],
)
def test_origins(url: str, origin: str) -> None:
    assert origin_of(url) == origin


def test_a_run_hides_what_it_is_told_to(tmp_path: Path) -> None:
    said = StringIO()
    run = Run(tmp_path, console=Console(file=said))
    run.hide(secrets().written())
    run.say(f"typed {VALUE}")
    assert "canary" not in said.getvalue() + (tmp_path / "log.txt").read_text("utf-8")


def test_where_a_secret_is_may_be_read_in_the_config() -> None:
    config = {"secrets": {"shop_password": {"origin": SHOP, "variable": "SHOP", "file": ""}}}
    redactor = Redactor()
    redactor.learn_config(config)
    redactor.learn_overrides([f"method.secrets.shop_password.origin={SHOP}"])
    assert redactor.tree(config) == config
    assert redactor.text(SHOP) == SHOP
    hidden = redactor.tree({"secrets": {"shop_password": "the value", "other": {"value": "it"}}})
    assert hidden == {"secrets": {"shop_password": "[redacted]", "other": {"value": "[redacted]"}}}


@pytest.mark.parametrize(
    ("cut", "told"),
    [
        ("Welcome back, secre", "Welcome back, secre"),
        ("Welcome back, secret-word-4", "Welcome back, {{secret:shop_password}}"),
        ("dear secret-word | Menu", "dear {{secret:shop_password}} | Menu"),
        ("dear secret-word…", "dear {{secret:shop_password}}…"),
        ("word-4711 is what you typed", "{{secret:shop_password}} is what you typed"),
        ("first\nword-4711 second", "first\n{{secret:shop_password}} second"),
        ("secret-word of honour", "secret-word of honour"),
    ],
)
def test_what_is_left_of_a_value_that_was_cut_off_is_concealed(cut: str, told: str) -> None:
    ours = Secrets({"shop_password": "secret-word-4711"}, {"shop_password": "https://shop.example"})
    assert ours.conceal(cut) == told


def test_a_value_is_seen_in_what_a_page_shows_however_it_is_set() -> None:
    ours = Secrets({"shop_password": "secret-word-4711"}, {"shop_password": "https://shop.example"})
    assert ours.shown_in("You typed SECRET-WORD-4711.")
    assert ours.shown_in("s e c r e t - w o r d\n- 4 7 1 1")
    assert not ours.shown_in("You typed a secret word.")
    assert not Secrets({}, {}).shown_in("anything")
