"""Orders."""

from fastapi import APIRouter

from app.services.orders import place

router = APIRouter(prefix="/orders")


@router.post("")
def create_order(article: str) -> dict[str, str]:
    return {"order": place(article)}
