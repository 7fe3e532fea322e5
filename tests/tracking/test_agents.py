import pytest

from trailpost.tracking.rules.agents import describe

SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
BLINK = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"
WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {BLINK} Safari/537.36"
CHROME_OS = f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {BLINK} Safari/537.36"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {SAFARI}"
IPAD = f"Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) {SAFARI}"
PIXEL = f"Mozilla/5.0 (Linux; Android 14; Pixel 8) {BLINK} Mobile Safari/537.36"
GALAXY_TAB = f"Mozilla/5.0 (Linux; Android 13; SM-X906C) {BLINK} Safari/537.36"

PEOPLE = [
    (WINDOWS, "desktop", "Chrome", "Windows"),
    (f"{WINDOWS} Edg/140.0", "desktop", "Edge", "Windows"),
    (FIREFOX, "desktop", "Firefox", "Linux"),
    (CHROME_OS, "desktop", "Chrome", "Chrome OS"),
    (IPHONE, "mobile", "Mobile Safari", "iOS"),
    (IPAD, "tablet", "Mobile Safari", "iOS"),
    (PIXEL, "mobile", "Chrome Mobile", "Android"),
    (GALAXY_TAB, "tablet", "Chrome", "Android"),
]

BOTS = [
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "crawler"),
    (f"{PIXEL} (compatible; Googlebot/2.1)", "crawler"),
    ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", "crawler"),
    (WINDOWS.replace("Chrome/", "HeadlessChrome/"), "headless"),
    ("curl/8.5.0", "tool"),
    ("Wget/1.21", "tool"),
    ("python-requests/2.32.3", "tool"),
    ("Go-http-client/2.0", "tool"),
    ("", "unknown"),
    ("   ", "unknown"),
]


@pytest.mark.parametrize(("text", "device", "browser", "system"), PEOPLE)
def test_a_person_is_told_by_device_browser_and_system(text, device, browser, system):
    agent = describe(text)
    assert (agent.device_type, agent.browser_name, agent.os_name) == (device, browser, system)
    assert (agent.is_bot, agent.bot_class, agent.bot_reason) == (False, None, None)


@pytest.mark.parametrize(("text", "bot_class"), BOTS)
def test_a_bot_has_a_class_and_a_reason(text, bot_class):
    agent = describe(text)
    assert (agent.is_bot, agent.bot_class) == (True, bot_class)
    assert agent.bot_reason


def test_a_driven_browser_is_a_bot_whatever_its_name():
    agent = describe(PEOPLE[0][0], webdriver=True)
    assert (agent.bot_class, agent.bot_reason) == ("headless", "navigator.webdriver is true")


def test_what_stands_past_256_characters_is_not_read():
    assert describe("x" * 256 + "Googlebot").bot_class is None
