# The program with everything it can use, and nothing else: no compiler, no pip cache, no root.
#   docker build -t incident .
#   docker run --rm --env-file .env incident doctor

FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY incident_core incident_core
COPY adapters adapters
COPY alembic alembic
COPY templates templates
RUN python -m venv /opt/incident \
    && /opt/incident/bin/pip install --no-cache-dir ".[all]"

FROM python:3.13-slim
COPY --from=build /opt/incident /opt/incident
RUN useradd --uid 10001 --create-home --home-dir /var/lib/incident incident
# Each of some fifty threads would keep what it frees for itself: see "Memory" in docs/deployment.md.
ENV PATH=/opt/incident/bin:$PATH \
    GLIBC_TUNABLES=glibc.malloc.tcache_count=0:glibc.malloc.arena_max=2 \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
USER 10001
WORKDIR /var/lib/incident
# It finishes the calls under way, gives its leases back, and ends; ten seconds are enough.
STOPSIGNAL SIGTERM
ENTRYPOINT ["incident"]
CMD ["slack", "run"]
