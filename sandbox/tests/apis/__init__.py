"""The five documented APIs over HTTP, test by test as their documents say."""
