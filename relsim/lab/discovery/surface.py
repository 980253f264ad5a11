"""A surface through values that are known with noise, and how sure it is where nothing was measured."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from relsim.analysis.estimate import Z95
from relsim.errors import needed

__all__ = ["NEEDED", "Surface", "surface"]

NEEDED = "a map is drawn with scikit-learn"

_RESTARTS = 1


@dataclass(frozen=True, eq=False)
class Surface:
    """A Gaussian process that was fitted to values with known noise."""

    fitted: Any
    mean: float
    scale: float
    foretold: float
    """Of the values, left out one at a time, the share that lies in the 95 % interval that the others give."""

    def at(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the value at points of the unit cube, shape (n, d), and its standard error; both of shape (n,)."""
        value, error = self.fitted.predict(points, return_std=True)
        return self.mean + self.scale * value, self.scale * error


def surface(points: np.ndarray, values: np.ndarray, errors: np.ndarray, seed: int = 1) -> Surface:
    """Fit a surface by Gaussian-process regression with a Matérn kernel (Rasmussen & Williams 2006).

    points: of the unit cube, shape (n, d). values, errors: what was measured there and its standard error, shape (n,).
    How smooth the surface is on each axis is what makes the values likeliest.
    """
    gaussian = needed("sklearn.gaussian_process", NEEDED, "lab")
    kernels = needed("sklearn.gaussian_process.kernels", NEEDED, "lab")
    flat = needed("sklearn.exceptions", NEEDED, "lab").ConvergenceWarning
    mean, scale = float(values.mean()), float(values.std()) or 1.0
    smooth = kernels.Matern(np.ones(points.shape[1]), (0.05, 20.0), nu=2.5)
    process = gaussian.GaussianProcessRegressor(
        kernels.ConstantKernel(1.0, (0.01, 1000.0)) * smooth,
        alpha=np.maximum(errors / scale, 1e-5) ** 2,
        n_restarts_optimizer=_RESTARTS,
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", flat)  # a flat surface is as smooth as the bounds allow
        process.fit(points, (values - mean) / scale)
    # leaving each out follows from the inverse of the covariance (Rasmussen & Williams, 5.10 to 5.12)
    inverse = np.linalg.inv(process.L_ @ process.L_.T)
    off = np.abs(process.alpha_.ravel() / np.sqrt(np.diag(inverse)))
    return Surface(process, mean, scale, float((off <= Z95).mean()))
