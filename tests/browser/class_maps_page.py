"""Two images for the class-maps explorer, and what a page shows of them."""

import numpy as np

H = W = 28
RNG = np.random.default_rng(0)


def layer(name, count, *, first, field, jump):
    along = [[first + jump * i, first + jump * i + field] for i in range(count)]
    return {"name": name, "rows": along, "columns": along}


# conv1 is padded, pool2 leaves the last pixels out, conv3 begins at half a pixel, and
# one place sees all.
LAYERS = [
    layer("conv1", 28, first=-1, field=3, jump=1),
    layer("pool2", 5, first=0, field=10, jump=4),
    layer("conv3", 9, first=0, field=6, jump=3),
    layer("pooled", 1, first=0, field=28, jump=28),
]


def picture(label):
    maps = [
        RNG.integers(-100, 101, (10, len(one["rows"]), len(one["columns"])))
        for one in LAYERS
    ]
    maps[1][:, 0, 0] = 0  # a place that says nothing
    scores = RNG.normal(size=10).round(2) * 5
    pixels = RNG.integers(0, 256, (H, W))
    return {"pixels": pixels, "label": label, "scores": scores, "maps": maps}


IMAGES = [picture(9), picture(6)]
IMAGES[0]["scores"][9] = 20.25
IMAGES[1]["scores"][0] = 30.5


def place_at(one, axis, pixel):
    """The place with its middle next to a pixel, None if it does not see it."""
    bounds = np.array(one[axis])
    nearest = np.abs(bounds.mean(axis=1) - pixel - 0.5).argmin()
    low, high = bounds[nearest]
    return int(nearest) if low <= pixel < high else None


def places_at(one, i, j):
    both = place_at(one, "rows", i), place_at(one, "columns", j)
    return None if None in both else both


def canvas(page, k):
    """The image (0) or the map of layer k - 1."""
    return page.locator(".explorer-maps canvas").nth(k)


def move_to(page, k, i, j, *, click=False):
    box = canvas(page, k).bounding_box()
    x, y = (
        box["x"] + (j + 0.5) * box["width"] / W,
        box["y"] + (i + 0.5) * box["height"] / H,
    )
    page.mouse.move(x, y)
    if click:
        page.mouse.click(x, y)


def said(page):
    return page.locator(".explorer-status").text_content().replace("−", "-")


def table_of(page):
    """Texts of the cells, a row for each class: name, score and a number per layer."""
    return page.locator(".explorer-classes tbody").evaluate(
        """(body) => Array.from(body.rows, (row) =>
             Array.from(row.cells, (cell) => cell.textContent.replace("−", "-")))"""
    )


def shown_class(page):
    rows = page.locator('.explorer-classes tr[data-shown="true"]')
    assert rows.count() == 1
    return rows.locator("button").text_content()


def colors(page, k):
    """What is drawn on a canvas, (h, w, 3)."""
    drawn = canvas(page, k).evaluate(
        """(x) => [x.height, x.width, Array.from(
             x.getContext("2d").getImageData(0, 0, x.width, x.height).data)]"""
    )
    return np.array(drawn[2]).reshape(drawn[0], drawn[1], 4)[:, :, :3].astype(int)


def drawn_places(bounds, at):
    """For each point of `at` the place in whose jump around its middle it is, or -1."""
    middles = np.array(bounds).mean(axis=1)
    half = np.diff(middles)[0] / 2 if len(middles) > 1 else np.ptp(bounds[0]) / 2
    inside = (middles - half <= at[:, None]) & (at[:, None] < middles + half)
    return np.where(inside.any(axis=1), inside.argmax(axis=1), -1)
