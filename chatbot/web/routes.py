"""Every address of the server, and who may use it. Read this page as an audit."""

from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from chatbot.domain.access import Role
from chatbot.web import account, demo, health, pages
from chatbot.web.dashboard import account_pages, conversation_pages, knowledge_pages, queue_pages, widget_pages
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
        declared(
            Mount("/static", GZipMiddleware(Assets(), minimum_size=1000), name="static"),
            "anyone: style sheets, scripts and icons are public",
        ),
    ]


def _members(house: House) -> list[BaseRoute]:
    return [*_inbox(house), *_knowledge(house), *_settings(house)]


def _inbox(house: House) -> list[BaseRoute]:
    agent = Role.AGENT
    return [
        member_route("/app", queue_pages.home, allow=Role.VIEWER, house=house),
        member_route("/app/conversations/{id}", conversation_pages.conversation, allow=agent, house=house),
        member_route("/app/conversations/{id}/drawer", conversation_pages.drawer, allow=agent, house=house),
        member_route("/app/conversations/{id}/answers/{turn}", conversation_pages.answer, allow=agent, house=house),
    ]


def _knowledge(house: House) -> list[BaseRoute]:
    viewer, admin = Role.VIEWER, Role.ADMIN
    return [
        member_route("/app/knowledge", knowledge_pages.articles, allow=viewer, house=house),
        member_route("/app/knowledge", knowledge_pages.add, method="POST", allow=admin, house=house),
        member_route("/app/knowledge/new", knowledge_pages.new, allow=admin, house=house),
        member_route("/app/knowledge/{id}", knowledge_pages.article, allow=viewer, house=house),
        member_route("/app/knowledge/{id}", knowledge_pages.revise, method="POST", allow=admin, house=house),
        member_route("/app/knowledge/{id}/switch", knowledge_pages.switch, method="POST", allow=admin, house=house),
        member_route("/app/knowledge/{id}/remove", knowledge_pages.remove, method="POST", allow=admin, house=house),
    ]


def _settings(house: House) -> list[BaseRoute]:
    viewer, admin = Role.VIEWER, Role.ADMIN
    return [
        member_route("/app/widget", widget_pages.widget, allow=admin, house=house),
        member_route("/app/widget", widget_pages.change_sites, method="POST", allow=admin, house=house),
        member_route("/app/account", account_pages.account, allow=viewer, house=house),
        member_route("/app/account/theme", account_pages.change_theme, method="POST", allow=viewer, house=house),
        member_route("/logout", account.logout, method="POST", allow=viewer, house=house),
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
