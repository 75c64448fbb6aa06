"""Files in and out of a lesson: what may come in, jobs, the export's sheet, prepared lessons."""
