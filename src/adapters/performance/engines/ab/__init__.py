"""Apache Bench, an external program: one URL, sent over and over by a fixed number of users.

ab's own report counts an answer that was cut off, or never came, as a complete request and no failure, a reset as
two failures, and tells of a status only whether it is 2xx. So ab runs with ``-v 2`` and logs the head of each answer;
what became of the requests is worked out from the log and the report together (``log``, ``report``, ``outcome``).
How long they took stands in two tables (``tables``). A duration ends by SIGINT, on which ab reports: its ``-t`` takes
whole seconds only, and waits for one more answer. The facts are those of ab 2.3 (httpd 2.4.71, ``support/ab.c``).
"""

from .adapter import ApacheBenchAdapter

__all__ = ["ApacheBenchAdapter"]
