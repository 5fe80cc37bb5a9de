"""What the service is told from outside: environment variables that begin with HETAO_."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from planner.solve_options import WHOLE_DAY_ORDERS


class Settings(BaseSettings):
    """The service's settings; every field can be set as HETAO_FIELD in the environment.

    Two of them move the service off one machine: `database` and `cluster`.
    """

    model_config = SettingsConfigDict(env_prefix="HETAO_", frozen=True, extra="ignore")

    data: Path = Field(
        default=Path("hetao-data"), description="Folder of all that the service keeps in files."
    )
    database: str | None = Field(
        default=None,
        description="Database address as SQLAlchemy reads it; an SQLite file in `data` if not set.",
    )
    cluster: str | None = Field(
        default=None,
        description="Address of a Dask scheduler that solves; local processes if not set.",
    )
    workers: int = Field(
        default=1, ge=1, le=256, description="Plans that one server has solved at a time locally."
    )
    threads: int = Field(
        default=2, ge=1, le=256, description="Threads that one plan's solver uses."
    )
    whole_day_orders: int = Field(
        default=WHOLE_DAY_ORDERS,
        ge=1,
        description="Days of more orders are solved in parts, side by side.",
    )
    lease_s: float = Field(
        default=15, ge=1, description="A worker not heard of for so long is taken for lost, s."
    )
    network: Path | None = Field(
        default=None, description="Folder of the network's layers; the shipped one if not set."
    )
    plans_at_once: int = Field(
        default=20,
        ge=1,
        description="Plans of one operator that may be queued or running; more answer 429.",
    )
    time_limit_most_s: int = Field(
        default=3600, ge=1, description="The longest time limit that a plan may ask for, s."
    )
    body_most_bytes: int = Field(
        default=16 * 2**20, ge=1024, description="The largest body, before and after unpacking."
    )
    body_within_s: float = Field(
        default=30, gt=0, description="A body that has not arrived by then is refused, s."
    )
    answer_within_s: float = Field(
        default=60, gt=0, description="A request that is not answered by then gets 503, s."
    )
    consignee_days: int = Field(
        default=30, ge=1, le=3650, description="Age at which a consignee is removed, days."
    )
    cors_origins: str = Field(
        default="",
        description="Origins whose pages may read answers, blanks between; none if not set.",
    )

    @property
    def database_url(self) -> str:
        """The database address that holds."""
        return self.database or f"sqlite:///{self.data.absolute() / 'hetao.sqlite'}"

    def make_data_folder(self) -> None:
        """Make the folder of files, which nobody but the service's user may look into."""
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
