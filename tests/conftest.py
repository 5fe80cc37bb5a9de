"""What every test keeps: the same examples in every run, however slow the machine is."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["pytester", "api.route_tests.plugin"]

settings.register_profile(
    "same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("same")
