"""What a run found, for people and for machines: terminal, report.html, junit.xml and report.json."""
