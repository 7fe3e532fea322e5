"""The e-mails about an inquiry."""

from __future__ import annotations

import msgspec

from trailpost.apps.houses.rules import answers, words
from trailpost.apps.houses.rules.prices import instalment
from trailpost.apps.houses.wire import Configuration, Inquiry, Language, Offer


class Letter(msgspec.Struct, frozen=True):
    title: str
    body: str


def to_owner(inquiry: Inquiry, offer: Offer, link: str) -> Letter:
    """`link` leads to the inquiry among the owner's pages."""
    total = words.euro(inquiry.total_price)
    who = [f"Name: {inquiry.name}", f"E-Mail: {inquiry.email}"]
    if inquiry.phone:
        who.append(f"Telefon: {inquiry.phone}")
    parts = ["\n".join(who), house(inquiry.configuration, offer, "de"), inquiry.message, link]
    return Letter(f"Neue Anfrage: {inquiry.name}, {total}", "\n\n".join(p for p in parts if p))


def to_customer(inquiry: Inquiry, offer: Offer) -> Letter:
    """Nothing that the form's sender wrote: the address may be somebody else's."""
    listed = house(inquiry.configuration, offer, inquiry.language)
    if inquiry.language == "en":
        return Letter(
            "Your Nest. – we have your inquiry",
            f"Hello,\n\nthank you for your inquiry. This is the house you put together:\n\n"
            f"{listed}\n\nWe will get back to you soon.\n",
        )
    return Letter(
        "Dein Nest. – deine Anfrage ist da",
        f"Hallo,\n\ndanke für deine Anfrage. Das ist dein Haus:\n\n"
        f"{listed}\n\nWir melden uns bald bei dir.\n",
    )


def house(configuration: Configuration, offer: Offer, language: Language) -> str:
    """Line by line, with the total and the instalment."""
    lines = []
    for line in answers.breakdown(configuration, offer, language):
        count = f" × {line.quantity}" if line.category == "pvanlage" else ""
        area = f", {line.quantity} m²" if line.category == "fenster" else ""
        lines.append(f"{line.label}{count}{area}: {words.euro(line.amount, language)}")
    total = sum(line.amount for line in answers.breakdown(configuration, offer, language))
    monthly = words.euro(instalment(total, offer.table), language)
    months = offer.table.instalment.months
    if language == "en":
        lines.append(f"Total: {words.euro(total, language)} incl. VAT")
        lines.append(f"or {monthly} for {months} months")
    else:
        lines.append(f"Gesamt: {words.euro(total)} inkl. MwSt.")
        lines.append(f"oder {monthly} für {months} Monate")
    return "\n".join(lines)
