"""What look-ups say to people: why something is not answered, and what a status means, what follows, and by when."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from yinghuo.core.refusal import Refused

REFUSALS: dict[str, Promise] = {
    "look_up.code": lazy("One character of this code does not fit. It has 12 letters and digits; compare the slip."),
    "look_up.missing": lazy("Write the identity number and the name, or the code from your slip."),
    "look_up.no_match": lazy(
        "Nothing was found for this. Compare number and name with your identity card, or the code with your slip; "
        "if they are right, ask at your sampling site."
    ),
    "look_up.no_swab": lazy("No sample of this person is known here yet, so there is nothing a code could lead to."),
    "look_up.number": lazy("One digit of this identity number does not fit the others. Compare it with the card."),
    "look_up.over": lazy("This address has run out. Ask for your result again to get a new one."),
    "look_up.too_long": lazy("This is longer than a number, a name or a code can be. Nothing was looked up."),
    "look_up.too_often": lazy(
        "There were too many tries that did not match. Please wait %(minutes)s minutes, or use the code from your slip."
    ),
    "look_up.unknown": lazy("There is no such address. Ask for your result again to get a new one."),
    "look_up.unreadable": lazy("The question could not be read, so nothing was looked up."),
    "visit.empty": lazy("Nobody is left to visit here: somebody else took this visit, or it is done."),
}
FIELDS = {"look_up.code": "code", "look_up.number": "number"}  # where a refusal is shown; else above the form

HEADINGS: dict[str, Promise] = {
    "none": lazy("No sample yet"),
    "awaiting": lazy("Awaiting result"),
    "not_sampled": lazy("Please be sampled again"),
    "negative": lazy("Negative"),
    "under_review": lazy("Under review"),
    "positive": lazy("Positive"),
}
TONES = {
    "none": "off",
    "awaiting": "running",
    "not_sampled": "waiting",
    "negative": "done",
    "under_review": "waiting",
    "positive": "wrong",
}
MEANINGS: dict[str, list[Promise]] = {
    "none": [
        lazy(
            "No sample of yours has reached us yet. A sample taken where there is no network arrives some hours later."
        ),
        lazy("If you were sampled more than a day ago, ask at the sampling site; bring your slip."),
    ],
    "awaiting": [
        lazy("Your sample was taken and is on its way through the laboratory."),
        lazy("You need not do anything. Look at this address again later; it stays the same."),
    ],
    "not_sampled": [
        lazy(
            "The tube with your sample was damaged or lost its label, so it says nothing of you. "
            "That is not your fault."
        ),
        lazy("Please go to a sampling site again; bring your identity card or slip."),
    ],
    "negative": [
        lazy("Nothing was found in the sample that you are part of."),
        lazy("If you feel ill, seek medical advice all the same; this result speaks of the time of sampling."),
    ],
    "again_alone": [
        lazy(
            "Your own sample gave no clear result. That happens with too little material, or at the edge of what can "
            "be found. It does not say that you are infected."
        ),
        lazy("You are swabbed once more. A team comes to you or calls you."),
        lazy("Until then stay where you are, keep apart from others, wear a mask, and keep your telephone at hand."),
        lazy("If you feel ill, call the emergency number 120; you are helped whatever this page says."),
    ],
    "under_review": [
        lazy(
            "The swabs of several people are assayed together in one tube. The result of your tube is not clear or not "
            "negative. It does not say whose swab it was, and it does not say that you are infected: most often it is "
            "one person of the tube, or nobody."
        ),
        lazy("Everybody of the tube is swabbed again, alone this time. A team comes to you or calls you."),
        lazy("Until then stay where you are, keep apart from others, wear a mask, and keep your telephone at hand."),
        lazy("If you feel ill, call the emergency number 120; you are helped whatever this page says."),
    ],
    "positive": [
        lazy("The laboratory found the virus in a sample that was yours alone. A physician makes the diagnosis."),
        lazy("The health service calls you. It knows of the result already; you need not report it."),
        lazy("Until then stay where you are, keep apart from others, wear a mask, and keep your telephone at hand."),
        lazy("If you feel ill, call the emergency number 120; you are helped whatever this page says."),
    ],
}


def refusal(refused: Refused) -> str:
    """The sentence of a refusal in the language of the page."""
    return str(REFUSALS[refused.code]) % refused.facts
