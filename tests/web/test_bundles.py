"""What is bundled, from what, and how large it may be."""

import base64
import gzip
import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest

import hatch_build
from trailpost.base import settings
from trailpost.http import static

ROOT = Path(__file__).parents[2]
WEB = ROOT / "web"
# Bytes, zipped, of all that a browser loads for a page with this entry.
BUDGETS = {
    "tracker/index.ts": 4_000,
    "tracker/errors.ts": 2_500,
    "dashboard/theme.ts": 500,
    "dashboard/index.ts": 45_000,
    "styles/main.css": 12_000,
    "houses/main.tsx": 20_000,
    "houses/page.css": 9_000,
}


def zipped(file):
    return len(gzip.compress((static.FOLDER / file).read_bytes(), 9))


def loaded_with(entry):
    """Files of the entry and of everything it imports, at once or later."""
    imports = {bundle.file: bundle.imports for bundle in static.manifest().values()}
    seen, todo = set(), [static.manifest()[entry].file]
    while todo:
        file = todo.pop()
        seen.add(file)
        todo += set(imports[file]) - seen
    return seen


@pytest.mark.parametrize("entry", BUDGETS)
def test_a_page_stays_within_its_budget(entry):
    sizes = {file: zipped(file) for file in loaded_with(entry)}
    assert sum(sizes.values()) < BUDGETS[entry], sizes


def test_the_tracker_depends_on_nothing():
    assert static.manifest()["tracker/index.ts"].imports == []
    for source in (WEB / "src" / "tracker").glob("*.ts"):
        for imported in re.findall(r'from "([^"]+)"', source.read_text()):
            assert imported.startswith("./"), source.name


def test_every_bundle_is_what_the_manifest_says():
    for name, bundle in static.manifest().items():
        content = (static.FOLDER / bundle.file).read_bytes()
        digest = base64.b64encode(hashlib.sha384(content).digest()).decode()
        assert bundle.sri == f"sha384-{digest}", name
        assert gzip.decompress((static.FOLDER / f"{bundle.file}.gz").read_bytes()) == content
        if bundle.file not in ("t.js", "e.js"):
            assert re.search(r"-[A-Z0-9]{8}\.(js|css)$", bundle.file), name


def test_no_bundle_asks_another_host_for_anything():
    for name in BUDGETS.keys() - {"tracker/index.ts"}:
        for file in loaded_with(name):
            text = (static.FOLDER / file).read_text()
            assert "@import" not in text
            assert not re.search(r"url\([\"']?(https?:)?//", text), file


def test_the_lock_names_no_registry_and_checks_every_package():
    lock = json.loads((WEB / "package-lock.json").read_text())
    assert "://" not in re.sub(r'"(url|funding)": "[^"]*"', "", json.dumps(lock["packages"])), (
        "an address in the lock"
    )
    for name, package in lock["packages"].items():
        assert "resolved" not in package, name
        assert not name or "integrity" in package, name


def test_versions_of_the_web_packages_are_exact():
    package = json.loads((WEB / "package.json").read_text())
    for name, version in (package["dependencies"] | package["devDependencies"]).items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name


def test_the_hook_and_the_dev_group_name_the_same_node():
    assert f'"{hatch_build.NODE}"' in (ROOT / "pyproject.toml").read_text()


@pytest.fixture
def copy(tmp_path):
    """web/ as a fresh clone has it, and where its bundles go."""
    for name in hatch_build.SOURCES:
        source, target = WEB / name, tmp_path / "web" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, target)
    return tmp_path / "web", tmp_path / "src" / "static"


@pytest.mark.xdist_group("npm")
def test_bundles_need_no_node_on_path_and_are_made_only_when_a_source_changes(copy, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    web, made = copy
    assert hatch_build.bundle(web, made)
    assert (made / "manifest.json").is_file()
    assert not (web / "node_modules" / "typescript").exists()
    assert not hatch_build.bundle(web, made)
    before = json.loads((made / "manifest.json").read_text())
    with (web / "src" / "styles" / "main.css").open("a") as css:
        css.write("\nhtml { color: red; }\n")
    assert hatch_build.bundle(web, made)
    after = json.loads((made / "manifest.json").read_text())
    assert {name for name in after if after[name] != before[name]} == {"styles/main.css"}
    assert sorted(p.name for p in made.parent.iterdir()) == ["static"]


@pytest.mark.xdist_group("npm")
def test_bundling_says_what_failed_and_keeps_the_bundles_there_are(copy, capfd):
    web, made = copy
    made.mkdir(parents=True)
    (made / "kept").touch()
    (web / "build.mjs").write_text("process.exit(3)")
    with pytest.raises(SystemExit, match="esbuild failed"):
        hatch_build.bundle(web, made)
    assert (made / "kept").exists()


def test_the_hook_asks_for_node_only_when_it_has_to_bundle(monkeypatch):
    monkeypatch.delenv("TRAILPOST_SKIP_WEB", raising=False)
    hatchling = pytest.importorskip("hatchling.builders.wheel")
    builder = hatchling.WheelBuilder(str(ROOT))
    hook = hatch_build.WebBuildHook(
        str(ROOT), {}, builder.config, builder.metadata, str(ROOT), "wheel"
    )
    monkeypatch.setattr(hatch_build, "is_current", lambda *_: True)
    assert hook.dependencies() == []
    monkeypatch.setattr(hatch_build, "is_current", lambda *_: False)
    assert hook.dependencies() == [hatch_build.NODE]
    monkeypatch.setenv("TRAILPOST_SKIP_WEB", "1")
    assert hook.dependencies() == []
    hook.initialize("editable", {})


def test_the_node_is_the_one_that_is_named(tmp_path):
    version = hatch_build.NODE.partition("==")[2]
    (tmp_path / "version.mjs").write_text(f"process.exit(process.version === 'v{version}' ? 0 : 1)")
    assert hatch_build.node(tmp_path, ["version.mjs"]) == 0


def test_skipping_the_bundles_at_install_time_is_no_setting_of_the_server():
    settings.load({"TRAILPOST_SKIP_WEB": "1"})
