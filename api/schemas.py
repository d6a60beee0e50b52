"""Schemas: what programs may read of the shapes that Sunup takes."""

from functools import cache
from typing import Any

from aiohttp import web


@cache
def _schema() -> dict[str, Any]:
    from conversations.documents.schema import workflow_schema  # late: most processes never write a schema

    return workflow_schema()


def add_to(app: web.Application) -> None:
    """Add `GET /api/workflow.schema.json`, the JSON Schema of a workflow document.

    An editor that is told of it completes and checks a document while it is written:

        # yaml-language-server: $schema=https://chat.example.org/api/workflow.schema.json
    """

    async def answer(request: web.Request) -> web.Response:
        return web.json_response(_schema(), content_type="application/schema+json")

    app.router.add_get("/api/workflow.schema.json", answer)
