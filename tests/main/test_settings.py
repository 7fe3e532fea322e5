import pytest

from tests.main.serving import trailpost
from trailpost.base import settings
from trailpost.base.errors import StartupError
from trailpost.main.settings_doc import described


def test_settings_are_typed():
    found = settings.load({"TRAILPOST_PORT": "80", "TRAILPOST_LOG_JSON": "true", "HOME": "/x"})
    assert (found.port, found.log_json) == (80, True)


def test_an_option_wins_over_the_environment():
    assert settings.load({"TRAILPOST_PORT": "80"}, port="81", host=None).port == 81


def test_a_misspelt_setting_is_named_with_what_was_meant():
    with pytest.raises(StartupError, match="unknown setting TRAILPOST_PROT; .* TRAILPOST_PORT?"):
        settings.load({"TRAILPOST_PROT": "80"})


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "x"), ("PORT", "70000"), ("STREAMS", "0"), ("LOG_LEVEL", "loud")]
)
def test_a_wrong_value_names_its_setting(name, value):
    with pytest.raises(StartupError, match=f"TRAILPOST_{name} is wrong"):
        settings.load({f"TRAILPOST_{name}": value})


def test_a_child_sees_the_very_same_settings():
    given = settings.load({"TRAILPOST_PORT": "80", "TRAILPOST_KEYLESS_PROJECT": "-"}, streams=3)
    assert settings.load(settings.child_environ(given)) == given


def test_every_setting_says_what_it_does():
    assert all(s.doc.endswith((".", "?")) for s in described())


def test_the_command_line_lists_every_setting():
    said = trailpost("settings").stdout
    assert all(f"{s.variable}={s.default}\n" in said for s in described())
