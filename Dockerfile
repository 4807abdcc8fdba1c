# docker build -t lockout .
# docker run -p 3000:3000 --env-file .env -v lockout:/data \
#   -v ./organisation.yaml:/organisation.yaml:ro -e LOCKOUT_ORGANISATION=/organisation.yaml lockout
#
# trixie: its SQLite is new enough for the store.

FROM python:3.13-slim-trixie AS build
WORKDIR /src
ENV UV_LINK_MODE=copy \
    UV_PROJECT_ENVIRONMENT=/app \
    UV_PYTHON_DOWNLOADS=never
COPY .ci/uv.txt .ci/uv.txt
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r .ci/uv.txt
# The libraries first: they change seldom, and this layer with them.
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --extra postgres --no-install-project
COPY . .
RUN uv sync --frozen --no-dev --extra postgres --no-editable --compile-bytecode

FROM python:3.13-slim-trixie
RUN useradd --system --uid 10001 --create-home --home-dir /data lockout
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    LOCKOUT_DATABASE_URL=sqlite:////data/lockout.db \
    LOCKOUT_LISTEN=0.0.0.0:3000
USER lockout
WORKDIR /data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:3000/healthz', timeout=4)"]
CMD ["lockout", "run"]
