"""Where files lie, and what programs print."""

import sys
import tempfile
import unittest
from pathlib import Path

from ..machine import filesystem_of
from ..process import Failure, Processes, last_json, sample_of

MOUNTS = """/dev/root / ext4 rw 0 0
tmpfs /tmp tmpfs rw 0 0
/dev/b /tmp/disk\\040one xfs rw 0 0
tmpfs /tmpother tmpfs rw 0 0
"""


class FilesystemTests(unittest.TestCase):
    def test_the_deepest_mount_point_counts(self):
        self.assertEqual(filesystem_of(Path("/no/such/folder"), MOUNTS), ("/dev/root", "ext4"))
        self.assertEqual(filesystem_of(Path("/tmpfolder/a"), MOUNTS), ("/dev/root", "ext4"))
        self.assertEqual(filesystem_of(Path("/tmpother/a"), MOUNTS), ("tmpfs", "tmpfs"))

    def test_a_later_mount_hides_an_earlier_one(self):
        self.assertEqual(filesystem_of(Path("/x"), "a / ext4 rw\nb / btrfs rw\n"), ("b", "btrfs"))


class OutputTests(unittest.TestCase):
    def test_the_last_line_counts(self):
        self.assertEqual(last_json('{"a": 1}\nprogress\n{"operations": 2}\n\n'), {"operations": 2})

    def test_what_is_no_object_is_refused(self):
        for text in ("", "\n", "ready", "[1]", '{"a": 1}\nready'):
            self.assertIsNone(last_json(text), text)

    def test_a_sample_needs_operations_and_seconds(self):
        usage = {"peakBytes": 1000, "userSeconds": 1.0, "systemSeconds": 0.5}
        sample = sample_of({"operations": 4, "seconds": 2, "transactions": 3}, usage)
        self.assertEqual((sample.value("rate"), sample.cpu_seconds), (2, 1.5))
        self.assertEqual(sample.output, {"transactions": 3})
        with self.assertRaises(Failure):
            sample_of({"operations": 4}, usage)


class ProcessTests(unittest.TestCase):
    def test_a_program_that_does_not_end_is_ended(self):
        processes = Processes()
        with tempfile.TemporaryFile() as file:
            process = processes.start(
                [sys.executable, "-c", "import time; time.sleep(600)"], Path(tempfile.gettempdir()), file, file)
            with self.assertRaises(Failure):
                processes.wait(process, 0.05)
        self.assertIsNotNone(process.poll())
        self.assertEqual(processes.running, [])

    def test_a_program_that_is_not_there_is_a_failure(self):
        with self.assertRaises(Failure), tempfile.TemporaryFile() as file:
            Processes().start(["/no/such/program"], Path(tempfile.gettempdir()), file, file)


if __name__ == "__main__":
    unittest.main()
