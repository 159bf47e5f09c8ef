"""The lead score in pandas, as a data team would write it: no contributions, reasons, stages, grades or history.

usage: lead_score.py FOLDER
Reads days, identities, people, accounts, rfm and intent (.parquet) and settings.json of the folder, writes scores.csv.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

folder = Path(sys.argv[1])
settings = json.loads((folder / "settings.json").read_text())
days, identities, people, accounts, rfm, intent = (
    pd.read_parquet(folder / f"{name}.parquet")
    for name in ("days", "identities", "people", "accounts", "rfm", "intent")
)

classes = pd.DataFrame(settings["classes"]).set_index("signal_class")
daily = (
    days.merge(identities, on=["identity_kind", "identity"])
    .groupby(["person_id", "age", "signal_class"], as_index=False)["count"]
    .sum()
    .join(classes, on="signal_class", how="inner")
)
decay = np.rint(np.exp2(-(daily["age"] - 1) / daily["half_life"]) * 1_000_000).astype("int64")
counted = np.minimum(daily["count"].astype("int64"), daily["cap"])
daily["raw"] = daily["weight"] * counted * decay // 1_000_000
raw = daily.groupby("person_id")["raw"].sum()
# 40e6 x raw does not fit 64 bits for the most active: Python's own integers do.
maximum, half = settings["engagement_maximum"], settings["half_saturation"]
engagement = raw.map(lambda value: maximum * int(value) // (int(value) + half)).rename("engagement")

industry = accounts["industry"].str.lower()
accounts["facts"] = np.select(
    [industry.isin(settings["target_industries"]), industry.isin(settings["adjacent_industries"])],
    [settings["target_points"], settings["adjacent_points"]],
    0,
)
starts, points = np.array(settings["band_starts"]), np.array([0, *settings["band_points"]])
employees = accounts["employees"].fillna(-1).astype("int64")
accounts["facts"] += points[np.searchsorted(starts, employees, side="right")]
accounts["facts"] += accounts["country"].isin(settings["served_countries"]) * settings["country_points"]

seniority = dict(zip(settings["seniorities"], settings["seniority_points"]))
people = (
    people.merge(accounts[["account_id", "facts"]], on="account_id", how="left")
    .merge(intent, on="account_id", how="left")
    .merge(rfm, on="person_id", how="left")
    .join(engagement, on="person_id")
)
fit = people["facts"].fillna(0).astype("int64") + people["seniority"].map(seniority).fillna(0).astype("int64")
fit += people["is_free_mail"] * settings["free_mail_points"]
total = (
    people["engagement"].fillna(0).astype("int64")
    + fit.clip(0, settings["fit_maximum"])
    + (settings["rfm_maximum"] * (people["ranks"].fillna(3).astype("int64") - 3) // 12)
    + people["points_micro"].fillna(0).astype("int64").clip(upper=settings["intent_maximum"])
)
people["score"] = ((total + 500_000) // 1_000_000).clip(0, 100)
people[["person_id", "score"]].to_csv(folder / "scores.csv", index=False, header=False)
