"""From a hall's state to what the API says. Pure: (hall, now, outlook) → views."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from msgspec import UNSET, structs

from kiosk.hall import Hall
from kiosk.hall.config import APPOINTMENT, NORMAL, Names, Window
from kiosk.hall.events import Reason
from kiosk.hall.floor import looped
from kiosk.hall.forecast import Outlook as Told
from kiosk.hall.printing import PrintJob
from kiosk.hall.state import Ticket, TicketState, WindowState, WindowStatus

from . import present_visit
from .outlook import Forecast, Outlook
from .views import (
    BehindView,
    EstimateStatus,
    EstimateView,
    GroupView,
    HallView,
    NamedView,
    PaperView,
    PrinterView,
    ServiceView,
    TicketView,
    VisitorView,
    WindowView,
)
from .views_calls import ReasonView


class Presenter:
    """Views of one hall at one moment."""

    def __init__(
        self,
        hall: Hall,
        now: int,
        forecast: Forecast,
        *,
        clock_rate: float = 1,
        printers: Mapping[str, PrinterView] | None = None,
    ) -> None:
        self.hall = hall
        self.state = hall.state
        self.config = hall.state.config
        self.now = max(now, hall.state.at)
        self.forecast = forecast
        self.clock_rate = clock_rate
        self.printers = printers or {}

    # ── small things ─────────────────────────────────────────────────────────────────────────

    def at(self, instant: int | None) -> str | None:
        """An instant as RFC 3339 text."""
        return None if instant is None else self.hall.calendar.rfc3339(instant)

    def moment(self) -> str:
        """The present as RFC 3339 text."""
        return self.hall.calendar.rfc3339(self.now)

    def window_config(self, window: str) -> Window | None:
        """The configuration of a window, while the hall has it."""
        return self.hall.router.windows.get(window)

    # ── tickets ──────────────────────────────────────────────────────────────────────────────

    def ticket(self, ticket: Ticket, token: str | None = None) -> TicketView:
        """A ticket; with its token for whoever took it."""
        waits = ticket.state is TicketState.WAITING
        estimate, status = self.wait(ticket) if waits else (None, None)
        window = self.window_config(ticket.window) if ticket.window else None
        current = ticket.current
        group = self.hall.groups.get(current.group)
        # By place, in the order of the view: with so many names in one call Python makes a dict
        # of them and takes it apart again, a fiftieth of what a ticket costs.
        return TicketView(
            ticket.id,
            ticket.number,
            ticket.state._value_,  # `value` is a function of Python's, twice a ticket.
            present_visit.legs(self.hall, ticket),
            current.group,
            ticket.priority,
            ticket.language,
            ticket.channel,
            self.ahead(ticket) if waits else None,
            estimate,
            status,
            ticket.window,
            window.zone if window else (group.zone if group else None),
            self.hall.calendar.rfc3339(ticket.issued_at),
            self.at(ticket.called_at),
            self.at(ticket.started_at),
            self.at(ticket.ended_at),
            self.at(ticket.parked_until),
            ticket.calls,
            ticket.note,
            ticket.reason,
            ticket.staff,
            ticket.rating,
            self._paper(ticket),
            current.bound,
            present_visit.stops(self.hall, ticket, self._newcomer_wait, self.now),
            list(ticket.promised),
            ticket.cause,
            ticket.approver,
            present_visit.notice(ticket, self.at),
            ticket.errand if ticket.state is TicketState.PARKED else None,
            waits and current.returning,
            looped(ticket),
            list(ticket.trail),
            UNSET if token is None else token,
        )

    def wait(self, ticket: Ticket) -> tuple[EstimateView | None, EstimateStatus]:
        """The wait, from now on, of a ticket that waits."""
        return _shown(self.forecast.for_ticket(self.hall, ticket, self.now))

    def ahead(self, ticket: Ticket) -> int:
        """How many go before a waiting ticket in its queue."""
        return self.hall.router.ahead(
            ticket.lane, ticket.priority, ticket.ref, ticket.order, self.state, self.now
        )

    def _newcomer_wait(self, group: str) -> float | None:
        """Seconds until somebody who came now would be called, if a forecast knows them."""
        estimate, status = self.forecast.for_group(self.hall, group, NORMAL, self.now)
        if status == "now":
            return 0
        return estimate.median_s if estimate else None

    def _paper(self, ticket: Ticket) -> PaperView | None:
        """The latest paper with its number; a receipt or a payment notice is another."""
        if not ticket.copies:
            return None
        jobs = [self.state.prints.get((ticket.id, copy)) for copy in range(ticket.copies)]
        papers: list[PrintJob] = [job for job in jobs if job and job.paper == "ticket"]
        if not papers:
            return None
        job = papers[-1]
        return PaperView(printer=job.printer, copy=len(papers) - 1, state=job.state.value)

    def visitor(self, ticket: Ticket, token: str) -> VisitorView:
        """A ticket as its visitor sees it."""
        current = self.hall.services.get(ticket.current.service)
        group = self.hall.groups.get(ticket.current.group)
        window = self.window_config(ticket.window) if ticket.window else None
        view = self.ticket(ticket, token)
        zones = {z.id: z.name for z in self.config.zones}
        return VisitorView(
            hall=self.config.id,
            hall_name=self.config.name,
            now=self.moment(),
            clock_rate=self.clock_rate,
            ticket=view,
            group_name=group.name if group else {},
            zone_name=zones.get(view.zone or "", {}),
            window_name=window.name if window else None,
            materials=list(current.materials) if current else [],
            postponed=ticket.postponed,
            behind=self._behind(ticket),
            booked=present_visit.booked(self.hall, ticket),
        )

    def _behind(self, ticket: Ticket) -> BehindView | None:
        if ticket.state is not TicketState.WAITING:
            return None
        return self._made_of(self.forecast.explain(self.hall, ticket, self.now))

    def _made_of(self, told: Told | None) -> BehindView | None:
        if told is None:
            return None
        opening = [self.hall.calendar.rfc3339(at) for at in told.opening]
        return BehindView(told.ahead, told.windows, opening, told.due)

    def reason(self, reason: Reason, words: Callable[[Reason], Names]) -> ReasonView:
        """Why a window took a ticket, in words."""
        return ReasonView(
            code=reason.code,
            rule=reason.rule,
            text=words(reason),
            waited_s=reason.waited_s,
            points=reason.points,
            lead=reason.lead,
            over_cap_s=reason.over_cap_s,
            ahead_of=reason.ahead_of,
            passed=reason.passed,
            note=reason.note,
        )

    # ── windows and groups ───────────────────────────────────────────────────────────────────

    def window(self, window: WindowState) -> WindowView:
        """A window with who is there."""
        config = self.hall.router.windows[window.id]
        ticket = self.state.tickets.get(window.ticket or "")
        return WindowView(
            id=window.id,
            name=config.name,
            zone=config.zone,
            groups=list(config.groups),
            state=window.status.value,
            staff=window.staff,
            reason=window.reason,
            since=self.at(window.since) if window.since else None,
            ticket=self.ticket(ticket) if ticket else None,
            lent=list(window.lent),
            lent_until=self.at(window.lent_until) if window.lent else None,
            assistance=present_visit.assistance(window, self.at),
        )

    def windows(self) -> list[WindowView]:
        """All windows, in the order of the hall file."""
        return [self.window(self.state.windows[w.id]) for w in self.config.windows]

    def open_windows(self, group: str) -> int:
        """How many windows that serve a group are open."""
        return sum(
            1
            for w in self.config.windows
            if group in w.groups and self.state.windows[w.id].status is WindowStatus.OPEN
        )

    def group_open(self, group: str) -> bool:
        """Whether tickets of this group are given out now."""
        week = self.hall.group_week(group)
        calendar = self.hall.calendar
        return calendar.is_open(self.now) and (week is None or calendar.is_open(self.now, week))

    def group(self, group_id: str) -> GroupView:
        """A queue as visitors see it."""
        group = self.hall.groups[group_id]
        estimate, status = self.outlook(group_id)
        return GroupView(
            id=group.id,
            prefix=group.prefix,
            name=group.name,
            zone=group.zone,
            open=self.group_open(group_id),
            target_s=round(group.target_minutes * 60),
            waiting=self.hall.waiting(group_id),
            windows_open=self.open_windows(group_id),
            estimate=estimate,
            estimate_status=status,
            best_at=self.best_at(group_id),
        )

    def best_at(self, group: str) -> str | None:
        """When the quietest hour that is left of today begins."""
        if not self.group_open(group):
            return None
        return self.at(self.forecast.best_hour(self.hall, group, self.now))

    def groups(self) -> list[GroupView]:
        """All groups, in the order of the hall file."""
        return [self.group(g.id) for g in self.config.groups]

    def outlook(self, group: str) -> tuple[EstimateView | None, EstimateStatus]:
        """The wait of a visitor who came now, or why there is no number."""
        if not self.group_open(group):
            return None, "closed"
        return _shown(self.forecast.for_group(self.hall, group, NORMAL, self.now))

    def behind_group(
        self, group: str
    ) -> tuple[tuple[EstimateView | None, EstimateStatus], BehindView | None]:
        """The outlook, and what it is made of; None without an estimate."""
        if not self.group_open(group):
            return (None, "closed"), None
        outlook, told = self.forecast.explain_group(self.hall, group, NORMAL, self.now)
        return _shown(outlook), self._made_of(told)

    # ── the hall ─────────────────────────────────────────────────────────────────────────────

    def opens_at(self) -> str | None:
        """When the hall opens next; None while it is open."""
        if self.hall.calendar.is_open(self.now):
            return None
        return self.at(self.hall.calendar.opens_next(self.now))

    def hall_view(self) -> HallView:
        """The hall as everybody may see it."""
        config = self.config
        groups = [structs.replace(g, behind=self.behind_group(g.id)[1]) for g in self.groups()]
        return HallView(
            id=config.id,
            name=config.name,
            timezone=config.timezone,
            languages=list(config.languages),
            now=self.moment(),
            clock_rate=self.clock_rate,
            hours=config.hours,
            open=self.hall.calendar.is_open(self.now),
            opens_at=self.opens_at(),
            closes_at=self.at(self.hall.calendar.closes_next(self.now)),
            waiting=sum(g.waiting for g in groups),
            zones=named(config.zones),
            departments=named(config.departments),
            priorities=present_visit.priorities(config, APPOINTMENT),
            groups=groups,
            printers=list(self.printers.values()),
            packages=present_visit.packages(config),
            facilities=present_visit.facilities(config),
            materials=config.materials,
            outcomes=named(config.outcomes),
            pauses=present_visit.pauses(config),
            writes=present_visit.writes(config),
        )

    def services(self) -> list[ServiceView]:
        """The catalogue with how long each queue takes now."""
        groups = {g.id: g for g in self.groups()}
        return [
            ServiceView(
                id=s.id,
                name=s.name,
                department=s.department,
                group=s.group,
                zone=groups[s.group].zone,
                kind=s.kind,
                minutes=s.minutes,
                materials=list(s.materials),
                promised_days=s.promised_days,
                fee_yuan=s.fee_yuan,
                appointments=s.appointments,
                real_name=s.real_name,
                open=groups[s.group].open,
                waiting=groups[s.group].waiting,
                estimate=groups[s.group].estimate,
                estimate_status=groups[s.group].estimate_status,
                questions=present_visit.questions(s),
                promise=s.promise,
                after=list(s.after),
                max_quantity=s.max_quantity,
            )
            for s in self.config.services
        ]


def named(items: Iterable[object]) -> list[NamedView]:
    """Parts of a hall as their ids and names."""
    return [NamedView(id=i.id, name=i.name) for i in items]  # type: ignore[attr-defined]


def _shown(outlook: Outlook) -> tuple[EstimateView | None, EstimateStatus]:
    estimate, status = outlook
    if estimate is None:
        return None, status
    return EstimateView(estimate.low_s, estimate.median_s, estimate.high_s), status
