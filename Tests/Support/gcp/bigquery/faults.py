"""Failures to order: POST /_stand-in/faults with a list of

    {"operation": "insertAll", "count": 2, "reason": "backendError", "status": 503, "applied": true}

`operation` is one of insertAll, row, query, results, load, loadJob, loadRow, get; `project` limits it to one project. `row`
refuses rows of insertAll with the reason, those with `insertId` where it is given; `loadRow` refuses rows of load jobs, those
whose `id` is the `insertId`, and with `unnamed` the job does not say which. `loadJob` fails the whole job. With `applied` the
work is done and its answer withheld. For `query`, `load` and `results` the reason `incomplete` makes a job be done only
after `count` questions.
"""

import threading


class Faults:
    def __init__(self):
        self.lock = threading.Lock()
        self.orders = []

    def add(self, orders):
        with self.lock:
            self.orders += [{"count": 1, **order} for order in orders]

    def clear(self):
        with self.lock:
            self.orders = []

    def take(self, operation, project, identity=None, incomplete=False):
        """The order that applies to this call, counted; None where there is none."""
        with self.lock:
            for order in self.orders:
                if order["operation"] != operation or order.get("project", project) != project:
                    continue
                if order.get("insertId", identity) != identity or (order["reason"] == "incomplete") != incomplete:
                    continue
                if incomplete:
                    self.orders.remove(order)
                    return order
                order["count"] -= 1
                if order["count"] <= 0:
                    self.orders.remove(order)
                return order
        return None
