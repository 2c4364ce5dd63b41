# SPDX-License-Identifier: MIT
"""Plugins are found by name in known folders, trusted, and configured; else exit 4."""

import shutil

import harness
from harness import Case, ids


class Plugins(Case):
    def installed(self):
        """A copy of the installed tree: the executable and the plugins beside it."""
        top = self.top / "installed"
        (top / "bin").mkdir(parents=True)
        shutil.copy2(harness.binary("ovrmnd"), top / "bin" / "ovrmnd")
        for folder in harness.BUILD.glob("lib*/**/ovrmnd/plugins"):
            shutil.copytree(folder, top / folder.relative_to(harness.BUILD))
        (self.folder,) = top.glob("lib*/**/ovrmnd/plugins")
        for path in (top, *top.rglob("*")):
            path.chmod(path.stat().st_mode & ~0o022)
        return str(top / "bin" / "ovrmnd")

    def test_a_copied_tree_works(self):
        cli = self.installed()
        self.good(self.batch("api.user", ids(3), "--parallel", cli=cli))

    def test_without_the_pool_one_line_lists_the_folders_and_the_names(self):
        cli = self.installed()
        (self.folder / "scheduler" / "pool.so").unlink()
        for args in (("--scheduler=pool",), ("--parallel",)):
            run = self.batch("api.user", ids(3), *args, cli=cli)
            self.refused(run, 4, "pool", str(self.folder), "sequential", "token-bucket")

    def test_an_unknown_name_suggests_the_nearest(self):
        self.refused(self.batch("api.user", ids(1), "--scheduler", "pol"), 4, "pol", "pool")
        self.refused(self.batch("api.user", ids(1), "--retry", "fixd"), 4, "fixd", "fixed")
        self.refused(self.batch("api.user", ids(1), "--progress", "bra"), 4, "bra", "bar")

    def test_an_unknown_name_in_a_file_says_where(self):
        self.endpoint("/users/{id}", top="execution: { scheduler: [ { use: nonesuch } ] }")
        self.refused(self.batch("api.x", ids(1)), 4, "nonesuch", "api.yaml:3:")

    def test_a_name_is_never_a_path(self):
        for name in ("../pool", "/tmp/pool", "./pool", "pool.so", "Pool", ""):
            run = self.batch("api.user", ids(1), "--scheduler", name)
            self.assertIn(run.status, (2, 4))
            self.refused(run, run.status)

    def test_an_unknown_option_names_the_nearest(self):
        run = self.batch("api.user", ids(1), "--scheduler", "pool:concurency=3")
        self.assertIn(run.status, (2, 4))
        self.refused(run, run.status, "concurency", "concurrency")

    def test_a_value_out_of_range_names_the_range(self):
        run = self.batch("api.user", ids(1), "--scheduler", "pool:concurrency=0")
        self.assertIn(run.status, (2, 4))
        self.refused(run, run.status, "concurrency", "0", "1")

    def test_a_value_of_the_wrong_type_says_what_is_expected(self):
        run = self.batch("api.user", ids(1), "--retry", "fixed:delay=soon")
        self.assertIn(run.status, (2, 4))
        self.refused(run, run.status, "delay", "soon", "duration")

    def test_a_plugin_option_in_a_file_says_where(self):
        self.endpoint("/users/{id}", top="""
            execution:
              scheduler:
                - use: pool
                  wdith: 3
            """)
        run = self.batch("api.x", ids(1))
        self.assertIn(run.status, (2, 3, 4))
        self.refused(run, run.status, "wdith", "api.yaml:6:")

    def test_a_plugin_that_others_can_write_is_refused(self):
        cli = self.installed()
        (self.folder / "scheduler" / "pool.so").chmod(0o666)
        run = self.batch("api.user", ids(1), "--parallel", cli=cli)
        self.refused(run, 4, "pool.so", "writ")

    def test_a_folder_that_others_can_write_is_refused(self):
        cli = self.installed()
        (self.folder / "scheduler").chmod(0o777)
        self.assertEqual(self.batch("api.user", ids(1), "--parallel", cli=cli).status, 4)

    def test_a_file_that_is_no_plugin_is_refused(self):
        cli = self.installed()
        pool = self.folder / "scheduler" / "pool.so"
        pool.unlink()
        pool.write_bytes(b"not a shared object")
        pool.chmod(0o644)
        self.refused(self.batch("api.user", ids(1), "--parallel", cli=cli), 4, "pool")

    def test_plugin_dir_and_plugin_path_add_folders(self):
        cli = self.installed()
        mine = self.top / "mine"
        (mine / "scheduler").mkdir(parents=True)
        mine.chmod(0o755)
        (mine / "scheduler").chmod(0o755)
        shutil.move(self.folder / "scheduler" / "pool.so", mine / "scheduler" / "pool.so")
        self.assertEqual(self.batch("api.user", ids(1), "--parallel", cli=cli).status, 4)
        self.good(self.batch("api.user", ids(1), "--parallel", "--plugin-dir", mine, cli=cli))
        self.good(self.batch("api.user", ids(1), "--parallel", cli=cli,
                             env={"OVRMND_PLUGIN_PATH": str(mine)}))

    def test_nothing_in_the_project_adds_a_folder(self):
        cli = self.installed()
        mine = self.dir / ".ovrmnd" / "plugins" / "scheduler"
        mine.mkdir(parents=True)
        shutil.move(self.folder / "scheduler" / "pool.so", mine / "pool.so")
        for text in ("", f"OVRMND_PLUGIN_PATH={mine.parent}\n"):
            self.write(".env", text)
            self.assertEqual(self.batch("api.user", ids(1), "--parallel", cli=cli).status, 4)
