"""Every address of the server, and who may use it. Read this page as an audit."""

from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from chatbot.domain.access import Role
from chatbot.web import account, demo, health, pages
from chatbot.web.guard import declared, member_route, open_route
from chatbot.web.house import House
from chatbot.web.sockets.operator import OperatorDoor
from chatbot.web.sockets.visitor import VisitorDoor
from chatbot.web.static import Assets
from chatbot.web.widget import configuration
from chatbot.web.widget.bundle import Bundle


def routes(house: House) -> list[BaseRoute]:
    """All of them."""
    return [*_open(house), *_members(house), *_sockets(house), *(_demo(house) if house.config.demo else [])]


def _open(house: House) -> list[BaseRoute]:
    bundle = Bundle()
    return [
        open_route("/", pages.landing, because="it says what this is", house=house),
        open_route("/login", account.login_page, because="one signs in here", house=house),
        open_route("/login", account.login, method="POST", because="one signs in here", house=house),
        open_route("/chat/{token}", pages.chat, because="the widget token is public", house=house),
        open_route("/widget/config", configuration.show, because="any site may show the widget", house=house),
        open_route("/healthz", health.alive, because="load balancers do not sign in", house=house),
        open_route("/readyz", health.ready, because="load balancers do not sign in", house=house),
        declared(Route("/widget.js", bundle.loader), "anyone: any site may show the widget"),
        declared(Route("/widget/panel.{hash}.js", bundle.panel), "anyone: any site may show the widget"),
        declared(Mount("/static", Assets(), name="static"), "anyone: style sheets, scripts and icons are public"),
    ]


def _members(house: House) -> list[BaseRoute]:
    return [
        member_route("/logout", account.logout, method="POST", allow=Role.VIEWER, house=house),
    ]


def _sockets(house: House) -> list[BaseRoute]:
    visitor, operator = VisitorDoor(house), OperatorDoor(house)
    return [
        declared(WebSocketRoute("/ws/visitor", visitor), "anyone: with a widget token, from the workspace's sites"),
        declared(WebSocketRoute("/ws/operator", operator), "agent and above, from our own pages"),
    ]


def _demo(house: House) -> list[BaseRoute]:
    because = "the demo runs, and its shop is made up"
    return [
        open_route("/demo", demo.stage, because=because, house=house),
        open_route("/demo/shop", demo.shop, because=because, house=house),
        open_route("/demo/shop/{slug}", demo.shop_help, because=because, house=house),
        open_route("/demo/phone", demo.phone, because=because, house=house),
    ]
