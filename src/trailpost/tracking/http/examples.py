"""Examples for /docs; a test sends each request and decodes each answer."""

from __future__ import annotations

from typing import Any

import msgspec

from trailpost.tracking.wire import compat, native

_SESSION = "01920f3e-6d5a-7c31-9b0e-3f1f0a6c2b11"
_ID = "01920f3e-7c05-7d2a-8f44-0d6c1b7a9e52"
_AT = "2026-03-14T09:26:53.589Z"
_CONFIGURATION = {"nest": "nest120", "gebaeudehuelle": "holzlattung", "totalPrice": 254300}

_BATCH = {
    "sentAt": _AT,
    "session": {
        "id": _SESSION,
        "referrer": "https://news.example/",
        "utm": {"source": "newsletter", "medium": "email", "campaign": "spring"},
        "landingPage": "https://shop.example/configure",
        "viewport": {"width": 1280, "height": 720},
        "language": "de-AT",
    },
    "events": [
        {"type": "session_start", "id": _ID, "at": _AT},
        {"type": "page_view", "url": "https://shop.example/configure", "at": _AT},
        {
            "type": "interaction",
            "event": "click",
            "category": "nest",
            "element": "btn-nest120",
            "value": "nest120",
            "timeSpent": 1800,
        },
        {
            "type": "choice",
            "category": "nest",
            "from": "nest80",
            "to": "nest120",
            "source": "user",
            "priceBefore": 165100,
            "priceAfter": 236300,
            "priceListVersion": "1",
        },
        {
            "type": "snapshot",
            "configuration": _CONFIGURATION,
            "trigger": "auto_save",
            "totalPrice": 254300,
            "completion": 50,
        },
        {"type": "timing", "metric": "LCP", "value": 1240.5, "unit": "ms"},
        {"type": "consent", "state": "granted"},
        {"type": "identify", "user": "customer-1017"},
        {"type": "session_end", "exitPage": "https://shop.example/contact"},
    ],
}
_TRACKED = {
    "success": True,
    "message": "Interaction tracked",
    "data": {
        "interactionId": _ID,
        "sessionId": _SESSION,
        "eventType": "selection",
        "category": "nest",
        "processingTime": 1.9,
        "timestamp": _AT,
    },
}

EXAMPLES: dict[type[msgspec.Struct], list[dict[str, Any]]] = {
    native.Batch: [_BATCH],
    native.Accepted: [
        {"accepted": 9, "rejected": []},
        {
            "accepted": 8,
            "rejected": [
                {"index": 3, "field": "$.events[3].priceAfter", "reason": "Expected `float` >= 0.0"}
            ],
        },
    ],
    compat.CreateSession: [
        {
            "deviceInfo": {
                "type": "desktop",
                "userAgent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0",
                "viewport": {"width": 1280, "height": 720},
            },
            "referrer": "https://news.example/",
            "utm": {"source": "newsletter", "medium": "email", "campaign": "spring"},
        }
    ],
    compat.SessionCreated: [
        {"success": True, "sessionId": _SESSION, "message": "Session created", "timestamp": _AT}
    ],
    compat.TrackEvent: [
        {
            "sessionId": _SESSION,
            "event": {
                "type": "selection",
                "category": "nest",
                "elementId": "btn-nest120",
                "value": "nest120",
                "previousValue": "nest80",
                "timeSpent": 1800,
            },
        }
    ],
    compat.TrackInteraction: [
        {
            "sessionId": _SESSION,
            "interaction": {
                "eventType": "selection",
                "category": "nest",
                "elementId": "btn-nest120",
                "selectionValue": "nest120",
                "previousValue": "nest80",
                "timeSpent": 1800,
                "deviceInfo": {"type": "mobile", "width": 390, "height": 844},
                "additionalData": {"view": "exterior"},
            },
        }
    ],
    compat.InteractionTracked: [_TRACKED],
    compat.SaveConfiguration: [
        {"sessionId": _SESSION, "configuration": _CONFIGURATION, "trigger": "auto_save"}
    ],
    compat.ConfigurationSaved: [
        {
            "success": True,
            "message": "Configuration saved",
            "sessionId": _SESSION,
            "snapshotId": _ID,
            "timestamp": _AT,
        }
    ],
    compat.FinalizeSession: [
        {
            "sessionId": _SESSION,
            "exitPage": "/contact",
            "finalConfiguration": _CONFIGURATION,
            "conversionStatus": "IN_CART",
        }
    ],
    compat.SessionFinalized: [
        {
            "success": True,
            "message": "Session finalized",
            "sessionId": _SESSION,
            "conversionStatus": "in_cart",
            "timestamp": _AT,
        }
    ],
    compat.TrackPerformance: [
        {
            "sessionId": _SESSION,
            "metricName": "price_calc_time",
            "value": 12.5,
            "unit": "ms",
            "endpoint": "/api/price",
            "method": "POST",
            "status": 200,
        }
    ],
    compat.PerformanceTracked: [
        {
            "success": True,
            "message": "Performance metric tracked",
            "metricId": _ID,
            "timestamp": _AT,
        }
    ],
    compat.Interactions: [
        {
            "success": True,
            "sessionId": _SESSION,
            "interactionCount": 1,
            "interactions": [
                {
                    "interactionId": _ID,
                    "eventType": "selection",
                    "category": "nest",
                    "elementId": "btn-nest120",
                    "selectionValue": "nest120",
                    "previousValue": "nest80",
                    "timeSpent": 1800,
                    "timestamp": _AT,
                }
            ],
            "performance": {"averageProcessingTime": 1.9, "trackingEfficiency": "excellent"},
        }
    ],
}
