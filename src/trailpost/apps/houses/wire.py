"""What crosses a border here: configurations, price lists, requests and answers, in camelCase."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

Category = Literal[
    "nest",
    "gebaeudehuelle",
    "innenverkleidung",
    "fussboden",
    "fenster",
    "planungspaket",
    "pvanlage",
    "grundstueckscheck",
]
Language = Literal["de", "en"]
View = Literal["exterior", "interior", "pv", "fenster"]
Value = Annotated[str, Meta(min_length=1, max_length=64)]
Euro = Annotated[int, Meta(ge=0, le=100_000_000)]


class Text(msgspec.Struct, frozen=True):
    """The same words in both languages of the page."""

    de: str
    en: str

    def in_(self, language: Language) -> str:
        return self.en if language == "en" else self.de


class Quantity(msgspec.Struct, frozen=True):
    """An option that is bought by number: panels, or m² of windows."""

    value: Value
    quantity: int


class Configuration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A house by category; null: nothing chosen there."""

    nest: Value = "nest80"
    gebaeudehuelle: Value | None = None
    innenverkleidung: Value | None = None
    fussboden: Value | None = None
    fenster: Quantity | None = None
    planungspaket: Value | None = None
    pvanlage: Quantity | None = None
    grundstueckscheck: Value | None = None


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """One category as the page shows it."""

    category: Category
    title: Text
    subtitle: Text | None = None
    required: bool = False
    """Needed for a complete house; it can be changed, not removed."""
    unit: str | None = None
    """What its quantity counts: `panel` or `m²`."""


class Option(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Identified by (category, value): `fichte` exists in two categories."""

    category: Category
    value: str
    name: Text
    fact: Text
    sort_order: int
    modules: int | None = None
    """Of a nest: 4 to 8; the first 4 are in the price of the smallest house."""
    priced_as: str | None = None
    """Its name in the price list's combinations: both stone floors cost the same."""


class Core(msgspec.Struct, frozen=True, rename="camel"):
    """The price of one combination: of the smallest house, and of each module more."""

    shell: str
    interior: str
    floor: str
    base: Euro
    per_module: Euro


class Credit(msgspec.Struct, frozen=True):
    """An annuity: `rate` a year, paid in equal `months`."""

    rate: float = 0.035
    months: int = 240


class Prices(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a price list says: whole euro, tax included."""

    cores: tuple[Core, ...]
    windows: dict[str, Euro]
    """Per m²."""
    planning: dict[str, Euro]
    panel: Euro
    """Each."""
    plot_check: Euro
    instalment: Credit = Credit()


class PriceTable(Prices, frozen=True, kw_only=True, rename="camel"):
    """One price list, as server and browser compute with it."""

    version: str


class PriceList(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A price list and since, or from, when it is in force."""

    valid_from: datetime
    note: str
    created_at: datetime
    table: PriceTable


class Image(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A picture of the media folder, for the preview's lightbox."""

    url: str
    name: str
    view: View | None
    """Which of the preview's views it belongs to; null: none in particular."""
    media_type: str
    size: int
    """Bytes."""


class Offer(msgspec.Struct, frozen=True):
    """What can be chosen now, and for how much."""

    options: tuple[Option, ...]
    """Active ones, in the order of their section."""
    table: PriceTable
    images: tuple[Image, ...] = ()
    """Of the media folder, by view and name."""


class SavedOffer(msgspec.Struct, frozen=True):
    """houses.json: what a web process needs to price houses while PostgreSQL is away."""

    options: tuple[Option, ...]
    lists: tuple[PriceList, ...]
    """The one in force and those that follow, in the order they begin."""
    images: tuple[Image, ...] = ()


class OptionsAnswer(msgspec.Struct, frozen=True, rename="camel"):
    price_list_version: str
    options: list[Option]


class Calculate(msgspec.Struct, frozen=True):
    configuration: Configuration
    language: Language = "de"


class PricedLine(msgspec.Struct, frozen=True):
    """One choice, and what it adds to the ones above it."""

    category: Category
    value: str
    label: str
    amount: int
    quantity: int | None = None


class Label(msgspec.Struct, frozen=True):
    """How the total would change by choosing this option now."""

    amount: int
    text: str


class Calculated(msgspec.Struct, frozen=True, rename="camel"):
    """Whole euro, tax included."""

    total: int
    monthly: int
    """Instalment by the price list's credit."""
    price_list_version: str
    breakdown: list[PricedLine]
    labels: dict[str, dict[str, Label]]
    """By category and value."""
    limits: dict[str, int]
    """Most panels, and most m² of windows, of a house of this size."""


class SaveConfiguration(msgspec.Struct, frozen=True):
    configuration: Configuration


class ChangeConfiguration(msgspec.Struct, frozen=True):
    configuration: Configuration
    revision: int
    """The one that was seen. When another is stored by now nothing changes: 409."""


class StoredConfiguration(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A configuration, and what it cost by the price list it names."""

    id: str
    url: str
    """Path of the page that opens a copy of it."""
    revision: int
    configuration: Configuration
    total_price: int
    price_list_version: str
    created_at: datetime
    updated_at: datetime


class MadeConfiguration(StoredConfiguration, frozen=True, kw_only=True, rename="camel"):
    """A configuration as its maker gets it, once."""

    edit_secret: str
    """Whoever changes it sends this in the header `X-Edit-Secret`. It is told no second time."""


Status = Literal["NEW", "CONTACTED", "QUOTED", "CONVERTED", "CLOSED"]


class NewInquiry(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The contact form. Lengths are checked with words for people; see rules/inquiries.py."""

    id: UUID | None = None
    """Made by who sends it: what is sent again under the same id is taken once."""
    name: str
    email: str
    configuration: Configuration
    phone: str | None = None
    message: str | None = None
    language: Language = "de"
    session_id: str | None = None
    """The tracker's id of the session."""
    website: str = ""
    """Hidden from people: what fills it in is no person."""


class InquiryTaken(msgspec.Struct, frozen=True, rename="camel"):
    id: UUID
    conversion_status: Literal["completed", "converted"]
    """What the session has reached by this, for the page's tracker to say."""


class Inquiry(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An inquiry as its owner sees it."""

    id: UUID
    status: Status
    name: str
    email: str
    phone: str | None
    message: str | None
    language: Language
    configuration: Configuration
    price_list_version: str
    total_price: int
    session_id: str | None
    created_at: datetime
    status_at: datetime
    """Since when it has its status."""


class Inquiries(msgspec.Struct, frozen=True, rename="camel"):
    """Newest first."""

    inquiries: list[Inquiry]
    next_cursor: UUID | None


class MoveInquiry(msgspec.Struct, frozen=True):
    status: Status


class ServiceAccount(msgspec.Struct, frozen=True):
    """The part of Google's key file that is needed."""

    client_email: str
    private_key: str
    token_uri: str = "https://oauth2.googleapis.com/token"

    def __repr__(self) -> str:  # logs and tracebacks must not hold the key
        return f"ServiceAccount({self.client_email!r})"


class DriveFile(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """As Drive v3 lists it: a folder and Google's own documents have neither checksum nor size."""

    id: str
    name: str
    mime_type: str
    modified_time: datetime
    md5_checksum: str | None = None
    size: str | None = None


class DriveList(msgspec.Struct, frozen=True, rename="camel"):
    files: list[DriveFile] = []
    next_page_token: str | None = None


class Images(msgspec.Struct, frozen=True):
    images: list[Image]


class SyncStarted(msgspec.Struct, frozen=True, rename="camel"):
    job_id: UUID
    url: str
    """Where to ask how far it is."""
    new: bool
    """False: one was waiting or running, and this is that one."""


class Check(msgspec.Struct, frozen=True):
    """One thing that was looked at."""

    name: str
    ok: bool
    found: str
    milliseconds: float


class Checked(msgspec.Struct, frozen=True):
    ok: bool
    checks: list[Check]


class TrialVisit(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A visit that was sent through the platform, and what the platform says of it."""

    ok: bool
    session_id: str
    checks: list[Check]
    cleaned_up: bool
    """Whether it was erased."""
    remark: str
    """What is left of it."""
