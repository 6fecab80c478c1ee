"""A stateful sandbox that serves the APIs of OpenAPI documents."""

import warnings

# Importing Connexion imports Starlette's test client, which warns about its own HTTP library.
warnings.filterwarnings("ignore", message="Using `httpx` with `starlette.testclient`")
