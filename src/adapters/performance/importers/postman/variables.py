"""Postman's variables: which a plan knows the value of, which are secrets, which are made anew each time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ...plan.secrets import is_secret
from ..marks import MarkedSecrets, finished, mark, names

_USE = re.compile(r"\{\{\s*([^{}\n]{1,200}?)\s*\}\}")
_MOST_NESTED = 10
_RESERVED = frozenset({"iteration", "user", "env", "var", "csv", "data", "faker"})
DYNAMIC = {
    "$guid": "uuid()",
    "$randomUUID": "uuid()",
    "$timestamp": "timestamp()",
    "$isoTimestamp": "now(iso_ms, utc)",
    "$randomInt": "randint(0, 1000)",
    "$randomBoolean": "choice(true, false)",
    "$randomAlphaNumeric": "randstring(1, abcdefghijklmnopqrstuvwxyz0123456789)",
    "$randomEmail": "faker.email()",
    "$randomFirstName": "faker.first_name()",
    "$randomLastName": "faker.last_name()",
    "$randomFullName": "faker.name()",
    "$randomUserName": "faker.user_name()",
    "$randomCity": "faker.city()",
    "$randomCountry": "faker.country()",
    "$randomCompanyName": "faker.company()",
    "$randomJobTitle": "faker.job()",
    "$randomPhoneNumber": "faker.phone_number()",
    "$randomStreetAddress": "faker.street_address()",
    "$randomUrl": "faker.url()",
    "$randomDomainName": "faker.domain_name()",
    "$randomIP": "faker.ipv4()",
    "$randomWord": "faker.word()",
    "$randomWords": "faker.sentence()",
    "$randomLoremWord": "faker.word()",
    "$randomLoremSentence": "faker.sentence()",
    "$randomLoremParagraph": "faker.paragraph()",
    "$randomHexColor": "faker.hex_color()",
    "$randomLocale": "faker.language_code()",
    "$randomCurrencyCode": "faker.currency_code()",
}
"""Postman's own variables, and the functions of a plan that mean the same."""
_NUMBERS = ("$timestamp", "$randomInt")


def marked(text: str) -> str:
    """A text of Postman in which ``{{name}}`` has become a mark."""
    return _USE.sub(lambda found: mark(found[1]), text) if "{{" in text else text


class Variables:
    """What stands for a variable in the plan; ``taken`` are those that scripts take from answers."""

    def __init__(self, taken: frozenset[str], secrets: MarkedSecrets) -> None:
        self.taken = taken
        self._secrets = secrets
        self.used: dict[str, Any] = {}
        """The variables of the plan, by their names there."""
        self.unknown: dict[str, None] = {}
        """Postman's names of those that nothing gives a value."""
        self.strange: dict[str, None] = {}
        self._values: dict[str, tuple[str, bool]] = {}
        self._names: dict[str, str] = {}

    def give(self, given: Any, *, over: bool) -> None:
        """Take the values of a list as collections and environments have them, ``over`` those that are there."""
        for name, value, secret in _given(given):
            if over or name not in self._values:
                self._values[name] = marked(value), secret

    def shown(self, name: str, depth: int = 0) -> str:
        """The value of a variable, or the variable as Postman writes it where that is not known or a secret."""
        value, secret = self._values.get(name, ("", False))
        if not value or secret or depth >= _MOST_NESTED:
            return "{{" + name + "}}"
        return str(finished(value, lambda inner: self.shown(inner, depth + 1)))

    def is_number(self, name: str) -> bool:
        """Whether a variable may turn out to be a number where Postman would have its text."""
        return name in self.taken or name in _NUMBERS

    def own_name(self, name: str) -> str:
        """What a variable is called in the plan."""
        if name not in self._names:
            plain = re.sub(r"\W", "_", name, flags=re.ASCII)
            plain = plain if plain[0].isalpha() or plain[0] == "_" else f"v_{plain}"
            plain = f"{plain}_value" if plain in _RESERVED else plain
            number, free = 1, plain
            while free in self._names.values():
                number, free = number + 1, f"{plain}_{number + 1}"
            self._names[name] = free
        return self._names[name]

    def placeholder(self, name: str, depth: int = 0) -> str:
        """What stands in the plan for a variable."""
        if name.startswith("env."):
            return "${" + name + "}"
        if name.startswith("$"):
            if name in DYNAMIC:
                return "${" + DYNAMIC[name] + "}"
            self.strange[name] = None
            return "{{" + name + "}}"
        value, secret = self._values.get(name, ("", False))
        if secret and name not in self.taken:
            return self._from_environment(name, value)
        if not value:
            return "${" + self.own_name(name) + "}" if name in self.taken else self._unknown(name)
        if any(names(value)):
            if depth >= _MOST_NESTED:
                return self._unknown(name)
            return str(finished(value, lambda inner: self.placeholder(inner, depth + 1)))
        self.used[self.own_name(name)] = finished(value, str)
        return "${" + self.own_name(name) + "}"

    def _unknown(self, name: str) -> str:
        self.unknown[name] = None
        return self._from_environment(name, "")

    def _from_environment(self, name: str, value: str) -> str:
        """The placeholder for an environment variable that no other value has."""
        known = value if value and not any(names(value)) else f"\0{name}"
        return str(finished(self._secrets(known, name), lambda made: "${" + made + "}"))


def _given(given: Any) -> Iterator[tuple[str, str, bool]]:
    """Names and values as texts, and whether each is a secret; those that are switched off are left out."""
    for one in given if isinstance(given, list) else []:
        if not isinstance(one, Mapping) or one.get("disabled") is True or one.get("enabled") is False:
            continue
        name, value = one.get("key", one.get("id")), one.get("value")
        if isinstance(name, str) and name.strip() and len(name) <= 200:
            shown = value if isinstance(value, str) else "" if value is None else _as_text(value)
            yield name.strip(), shown, one.get("type") == "secret" or is_secret(name)


def _as_text(value: Any) -> str:
    import json

    return json.dumps(value)
