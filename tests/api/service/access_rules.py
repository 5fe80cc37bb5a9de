"""Who may use each operation of the API, as a table that every new route must be added to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from api.caller import Scope

Thing = Literal["request", "order", "consignee", "request consignee", "plan", "key"]


@dataclass(frozen=True)
class Rule:
    """What an operation asks of its caller.

    `scope` None: it is for everybody. `of` is the kind of thing that its `{id}` names, `names` the
    kind that its body names (under `body_key`): for any operator but the owner neither is there.
    `lists` is the kind of thing whose ids it lists: only the caller's own.
    """

    scope: Scope | None
    of: Thing | None = None
    names: Thing | None = None
    lists: Thing | None = None
    body_key: str = ""
    body: Mapping[str, Any] | None = None
    query: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)


OGC = {"edition": "0" * 64, "draft": "none", "layer": "zones", "feature": "NONE"}
OGC_DOCUMENTS = (
    *("Landing", "Conformance", "Api", "Collections", "Collection", "Schema", "Queryables"),
    *("Items", "Item"),
)

RULES: dict[str, Rule] = {
    "getHealth": Rule(None),
    "getReadiness": Rule(None),
    "getMetrics": Rule("admin"),
    "listRules": Rule("route"),
    "getRule": Rule("route", parameters={"code": "CUSTOMS_CLOSED"}),
    "findRoute": Rule("route"),
    "findRoutes": Rule("route"),
    "createRequest": Rule("plan"),
    "listRequests": Rule("plan", lists="request"),
    "getRequest": Rule("plan", of="request"),
    "deleteRequest": Rule("plan", of="request"),
    "createOrder": Rule("plan"),
    "listOrders": Rule("plan", lists="order"),
    "getOrder": Rule("plan", of="order"),
    "withdrawOrder": Rule("plan", of="order"),
    "getConsignee": Rule("plan", of="consignee", query={"purpose": "handover"}),
    "getConsigneeOfRequest": Rule(
        "plan",
        of="request consignee",
        query={"purpose": "handover"},
        parameters={"order": "O-17"},
    ),
    "createPlan": Rule("plan", names="request", body_key="request"),
    "listPlans": Rule("plan", lists="plan"),
    "getPlan": Rule("plan", of="plan"),
    "deletePlan": Rule("plan", of="plan"),
    "finishPlan": Rule("plan", of="plan"),
    "cancelPlan": Rule("plan", of="plan"),
    "getPlanResult": Rule("plan", of="plan"),
    "getPlanResultAs": Rule("plan", of="plan", parameters={"suffix": "json"}),
    "followPlan": Rule("plan", of="plan"),
    "getPlanSummary": Rule("plan", of="plan"),
    "getPlanCertificate": Rule("plan", of="plan"),
    "checkPlan": Rule("plan", of="plan"),
    "acceptPlan": Rule("plan", of="plan"),
    "releasePlan": Rule("plan", of="plan"),
    "getHeldBesidePlan": Rule("plan", of="plan"),
    "getHeld": Rule("plan", query={"day": "2026-11-24"}),
    "listKeys": Rule("admin", lists="key"),
    "createKey": Rule("admin", body={"scopes": ["admin"]}),
    "getKey": Rule("admin", of="key"),
    "revokeKey": Rule("admin", of="key"),
    "rotateKey": Rule("admin", of="key"),
    "listAuditEntries": Rule("admin", lists="plan"),
    "listEditions": Rule("network:read"),
    "getEdition": Rule("network:read", parameters=OGC),
    "getEditionFindings": Rule("network:read", parameters=OGC),
    "listDrafts": Rule("network:read"),
    "createDraft": Rule("network:draft", body={"name": "none", "parent": "0" * 64}),
    "getDraft": Rule("network:read", parameters=OGC),
    "deleteDraft": Rule("network:draft", parameters=OGC),
    "getDraftFindings": Rule("network:read", parameters=OGC),
    "getDraftDiff": Rule("network:read", parameters=OGC),
    "publishDraft": Rule("network:publish", parameters=OGC, body={"message": "none"}),
    "getDiff": Rule("network:read", query={"old": "0" * 64, "new": "0" * 64}),
    "findCapacity": Rule("network:read", body={"network": "0" * 64}),
    "findImpact": Rule("network:read", body={"new": "0" * 64}),
    "suggestCorridor": Rule("network:read", body={"from": "A", "to": "B", "network": "0" * 64}),
    **{
        f"get{what}{under}": Rule("network:read", parameters=OGC)
        for what in OGC_DOCUMENTS
        for under in ("", "OfEdition", "OfDraft")
    },
    **{
        f"{what}ItemOfDraft": Rule("network:draft", parameters=OGC)
        for what in ("add", "replace", "change", "remove")
    },
}
"""By operation id."""
