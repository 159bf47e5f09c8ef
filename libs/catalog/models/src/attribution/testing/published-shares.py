"""Writes published-shares.json: credit of random paths by marketing_attribution_models 2.1.1 (PyPI, Apache-2.0).

python -m venv v && v/bin/pip install marketing_attribution_models==2.1.1 && v/bin/python published-shares.py > published-shares.json
"""

import json
import random

import polars as pl
from mam.models.heuristics import FirstClickModel, LastClickModel, LinearModel, PositionBasedModel, TimeDecayModel
from mam.models.markov import MarkovModel

random.seed(20261128)
CHANNELS = ["display", "email", "organic", "paid_search", "referral", "social"]
paths = []
for number in range(60):
    length = random.choice([1, 1, 2, 2, 3, 4, 6, 9])
    paths.append(
        {
            "channels": [random.choice(CHANNELS) for _ in range(length)],
            # Hours before the conversion, the earliest touch first.
            "hours": sorted(random.sample(range(0, 2160), length), reverse=True),
            "conversions": random.choice([0, 0, 1, 1, 2]),
            "nulls": random.choice([0, 1, 2, 3]),
        }
    )

journeys = pl.DataFrame(
    [
        {
            "journey_id": f"{number}/{converted}",
            "channels": path["channels"],
            "time_till_conv": [float(hour) for hour in path["hours"]],
            "has_conversion": converted,
            "weight": path["conversions"] if converted else path["nulls"],
            "conversion_value": 1.0 if converted else 0.0,
        }
        for number, path in enumerate(paths)
        for converted in (True, False)
        if (path["conversions"] if converted else path["nulls"]) > 0
    ]
)


def credit(model):
    return {row["channels"]: row["attribution"] for row in model.get_aggregated_results(journeys).iter_rows(named=True)}


by_last, by_first = credit(LastClickModel()), credit(FirstClickModel())
markov = MarkovModel()
markov.calculate(journeys)
decayed = TimeDecayModel().calculate(journeys).group_by("channels").agg(pl.col("attribution_value").sum())
print(
    json.dumps(
        {
            "source": "marketing_attribution_models 2.1.1 (PyPI, Apache-2.0), of random paths; see published-shares.py",
            "paths": paths,
            "credit": {
                "first": by_first,
                "last": by_last,
                "linear": credit(LinearModel()),
                "position": credit(PositionBasedModel()),
                "time_decay": dict(decayed.iter_rows()),
            },
            "markov_shares": {name: float(share) for name, share in markov._calculated_weights.items()},
        }
    )
)
