"""What the service is told from outside: environment variables that begin with HETAO_."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The service's settings; every field can be set as HETAO_FIELD in the environment.

    Two of them move the service off one machine: `database` and `cluster`.
    """

    model_config = SettingsConfigDict(env_prefix="HETAO_", frozen=True, extra="forbid")

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
    workers: int = Field(default=1, ge=1, description="Local processes that solve.")

    @property
    def database_url(self) -> str:
        """The database address that holds."""
        return self.database or f"sqlite:///{self.data / 'hetao.sqlite'}"
