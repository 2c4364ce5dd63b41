# SPDX-License-Identifier: MIT
"""`ovrmnd plugin new`: the folder that it makes. That it builds is tests/install's business."""

from harness import Case


class New(Case):
    mock_options = None

    def files(self, folder):
        return sorted(str(f.relative_to(self.dir / folder))
                      for f in (self.dir / folder).rglob("*") if f.is_file())

    def test_each_kind_gets_its_files_under_the_name(self):
        for kind in ("scheduler", "retry", "progress"):
            name = f"my-{kind}"
            self.good(self.cli("plugin", "new", kind, name))
            self.assertEqual(self.files(name), [".gitignore", "CMakeLists.txt", "README.md",
                                                f"{name}.c", "tests/unit.c"])
            for file in self.files(name):
                text = (self.dir / name / file).read_text()
                self.assertNotIn("plugin-name", text)
                self.assertNotIn("plugin-kind", text)
            self.assertIn(f"OVRMND_{kind.upper()}", (self.dir / name / f"{name}.c").read_text())

    def test_the_folder_can_be_another(self):
        self.good(self.cli("plugin", "new", "retry", "mine", "--output", "some where/"))
        self.assertIn("mine.c", self.files("some where"))

    def test_what_is_there_is_left_alone(self):
        self.write("mine/notes", "important")
        self.refused(self.cli("plugin", "new", "retry", "mine"), 2, "'mine' is there already",
                     "--output")
        self.assertEqual(self.files("mine"), ["notes"])
        (self.dir / "link").symlink_to("nowhere")
        self.refused(self.cli("plugin", "new", "retry", "link"), 2, "is there already")

    def test_nothing_is_left_half_made(self):
        self.refused(self.cli("plugin", "new", "retry", "mine", "-o", "none/mine"), 2,
                     "none/mine", "the folder around it has to be there")
        self.assertEqual(list(self.dir.iterdir()), [])

    def test_names_that_no_plugin_can_have(self):
        for name in ("Mine", "9lives", "my_plugin", "../x", "", "a/b", "x" * 65, "müll"):
            self.refused(self.cli("plugin", "new", "retry", name), 2, "no name for a plugin")
        err = self.refused(self.cli("plugin", "new", "retry", "My_Plugin"), 2)
        self.assertIn("such as 'my-plugin'", err)
        self.assertEqual(list(self.dir.iterdir()), [])

    def test_words_that_are_wrong(self):
        self.refused(self.cli("plugin", "new", "schedule", "x"), 2, "did you mean 'scheduler'?")
        self.refused(self.cli("plugin", "new", "retry"), 2, "a kind and a name")
        self.refused(self.cli("plugin", "new", "retry", "x", "y"), 2, "a kind and a name")
