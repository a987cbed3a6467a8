"""The API of the shop."""

from fastapi import FastAPI

from app.metrics import instrument
from app.routers import health, orders

app = FastAPI(title="Shop")
instrument(app)
app.include_router(health.router)
app.include_router(orders.router, prefix="/shop")
