# The sandbox with its five APIs, and the driver for PostgreSQL. See docs/ci.md.
FROM python:3.13-slim AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY specs specs
COPY fixtures fixtures
COPY sandbox sandbox
COPY contract_tests contract_tests
RUN python -m venv /opt/sandbox && /opt/sandbox/bin/pip install --no-cache-dir '.[postgresql]'

FROM python:3.13-slim
COPY --from=build /opt/sandbox /opt/sandbox
RUN useradd --uid 10001 --create-home sandbox && install --directory --owner sandbox /state
USER sandbox
ENV PATH=/opt/sandbox/bin:$PATH PYTHONUNBUFFERED=1
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["sandbox", "ctl", "health"]
ENTRYPOINT ["sandbox"]
CMD ["serve", "--host", "0.0.0.0"]
