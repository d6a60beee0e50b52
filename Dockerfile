# One image, one process a container: the command says which part it is (web, send, schedule, worker, db upgrade).

FROM python:3.11-slim AS build
WORKDIR /src
RUN python -m venv /opt/sunup
COPY requirements-setup.lock requirements-production.lock ./
RUN python -m venv /opt/build \
    && /opt/build/bin/pip install --no-cache-dir --require-hashes --requirement requirements-setup.lock \
    && /opt/build/bin/uv pip install --no-cache --python /opt/sunup/bin/python --compile-bytecode \
        --require-hashes --requirement requirements-production.lock
COPY . .
# Built with what the lock file pins and installed without asking any index again.
RUN /opt/build/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /tmp/wheels . \
    && /opt/sunup/bin/pip install --no-cache-dir --no-deps --no-index /tmp/wheels/*.whl

FROM python:3.11-slim
RUN useradd --system --uid 10001 --user-group --home-dir /var/lib/sunup --create-home sunup
COPY --from=build /opt/sunup /opt/sunup
ENV PATH=/opt/sunup/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    SUNUP_DATA_DIR=/var/lib/sunup \
    SUNUP_HTTP_HOST=0.0.0.0 \
    SUNUP_HTTP_PORT=8080 \
    SUNUP_LOG_FORMAT=json
USER sunup
WORKDIR /var/lib/sunup
VOLUME /var/lib/sunup
EXPOSE 8080
STOPSIGNAL SIGTERM
# Right for the web process; compose.yaml switches it off for the parts that listen to nothing.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=2)"]
ENTRYPOINT ["sunup"]
CMD ["web"]
