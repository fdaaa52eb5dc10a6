"""The people of the plants: in teams of a line and in dormitory rooms, each with the site where they are swabbed."""

import numpy as np

from yinghuo.demo.people_names import invented_names, invented_numbers
from yinghuo.demo.scenario.places import Places
from yinghuo.demo.scenario.shapes import MANY, ONE_DAY, Groups, Ints, People

ROOM_SIZES, ROOM_SHARES = (4, 6, 8), (0.2, 0.5, 0.3)
TEAM_SMALLEST, TEAM_LARGEST = 9, 26
ROOMS_SHARE = 0.45  # of the people live and are swabbed by room
TEAMS_PER_BLOCK, ROOMS_PER_BLOCK = 4, 10
WORKSHOPS = ("冲压", "焊装", "涂装", "总装", "物流", "质检")
WORKSHOPS_EN = ("Press", "Body", "Paint", "Assembly", "Logistics", "Quality")
SHIFTS_ZH, SHIFTS_EN = "早中夜", ("early", "late", "night")


def make_roster(places: Places, *, rng: np.random.Generator) -> tuple[Groups, People]:
    """Groups and people, in the order of plants; people of a group stand side by side."""
    sizes, plants, blocks, zh, en = [], [], [], [], []
    block = 0
    for index, plant in enumerate(places.plants):
        rooms = round(plant.people * ROOMS_SHARE)
        for count, draw, per_block, name in (
            (plant.people - rooms, _team_sizes, TEAMS_PER_BLOCK, _team_name),
            (rooms, _room_sizes, ROOMS_PER_BLOCK, _room_name),
        ):
            drawn = _filled(draw(count, rng), count)
            own = np.arange(len(drawn)) // per_block
            sizes.append(drawn)
            plants.append(np.full(len(drawn), index))
            blocks.append(own + block)
            block += int(own[-1]) + 1
            names = [name(place) for place in range(len(drawn))]
            zh += [plant.name_zh.removesuffix("（虚构）") + "·" + pair[0] for pair in names]
            en += [f"P{index + 1} {pair[1]}" for pair in names]
    groups = _housed(places, plant=np.concatenate(plants), block=np.concatenate(blocks), names=(zh, en))
    group = np.repeat(np.arange(len(groups)), np.concatenate(sizes))
    count = len(group)
    number, name_zh = invented_numbers(count, rng=rng), invented_names(count, rng=rng)
    return groups, People(group, groups.plant[group], np.array(number), np.array(name_zh))


def _housed(places: Places, *, plant: Ints, block: Ints, names: tuple[list[str], list[str]]) -> Groups:
    """Groups with their sites: blocks of a plant go to its sites in turn."""
    site = np.empty(len(plant), np.int64)
    one_day = np.full(len(plant), -1, np.int64)
    for index in range(len(places.plants)):
        own = plant == index
        for campaign, target in ((MANY, site), (ONE_DAY, one_day)):
            at = [k for k, one in enumerate(places.sites) if (one.campaign, one.plant) == (campaign, index)]
            if at:
                target[own] = np.array(at)[block[own] % len(at)]
    return Groups(plant, block, np.array(names[0]), np.array(names[1]), site, one_day)


def _team_sizes(people: int, rng: np.random.Generator) -> Ints:
    return rng.integers(TEAM_SMALLEST, TEAM_LARGEST + 1, people // TEAM_SMALLEST + 1)


def _room_sizes(people: int, rng: np.random.Generator) -> Ints:
    return rng.choice(ROOM_SIZES, people // ROOM_SIZES[0] + 1, p=ROOM_SHARES)


def _filled(sizes: Ints, people: int) -> Ints:
    """As many of the sizes as hold exactly so many people; the last one is cut."""
    total = np.cumsum(sizes)
    needed = int(np.searchsorted(total, people)) + 1
    kept = sizes[:needed].copy()
    kept[-1] -= total[needed - 1] - people
    return kept


def _team_name(place: int) -> tuple[str, str]:
    block, team = divmod(place, TEAMS_PER_BLOCK)
    line, shift = divmod(block, len(SHIFTS_ZH))
    shop, number = line % len(WORKSHOPS), line // len(WORKSHOPS) + 1
    return (
        f"{WORKSHOPS[shop]}{number}线{SHIFTS_ZH[shift]}班{team + 1}组",
        f"{WORKSHOPS_EN[shop]} line {number}, {SHIFTS_EN[shift]} shift, team {team + 1}",
    )


def _room_name(place: int) -> tuple[str, str]:
    block, room = divmod(place, ROOMS_PER_BLOCK)
    house, floor = block // 6 + 1, block % 6 + 1
    return f"宿舍{house}栋{floor}{room + 1:02d}室", f"dormitory {house}, room {floor}{room + 1:02d}"
