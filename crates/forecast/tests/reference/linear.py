"""Makes linear.json: ridge and logistic regressions of scikit-learn and statsmodels that src/linear.rs is held to.

    pip install scikit-learn statsmodels && python linear.py > linear.json
"""
import json
import numpy as np
import sklearn
import statsmodels
import statsmodels.api as sm
from sklearn.linear_model import LogisticRegression, Ridge

n, p = 40, 3
rng = np.random.default_rng(7)
x = np.round(rng.normal(size=(n, p)) * [1, 10, 0.1] + [0, 5, -1], 3)
x[:, 2] = np.round(x[:, 2] + 0.05 * x[:, 0], 3)
y = np.round(1 + 2 * x[:, 0] - 0.3 * x[:, 1] + rng.normal(size=n), 3)
w = np.round(rng.uniform(0.2, 3, size=n), 2)
event = (rng.uniform(size=n) < 1 / (1 + np.exp(-(x[:, 0] - 0.1 * x[:, 1])))).astype(int)


def scaled(weights):
    mean = np.average(x, axis=0, weights=weights)
    sd = np.sqrt(np.average((x - mean) ** 2, axis=0, weights=weights))
    return (x - mean) / sd, mean, sd


def back(intercept, b, mean, sd):
    return [float(intercept - np.sum(b * mean / sd)), [float(v) for v in b / sd]]


out = {"made_with": [f"scikit-learn {sklearn.__version__}", f"statsmodels {statsmodels.__version__}"],
       "x": x.tolist(), "y": y.tolist(), "w": w.tolist(), "event": event.tolist()}
for name, weights in (("", np.ones(n)), ("_weighted", w)):
    z, mean, sd = scaled(weights)
    for penalty in (0.5, 20.0):
        r = Ridge(alpha=penalty, solver="cholesky", tol=1e-14).fit(z, y, sample_weight=weights)
        out[f"ridge{name}_{penalty}"] = back(r.intercept_, r.coef_, mean, sd)
        g = LogisticRegression(C=1 / penalty, solver="newton-cholesky", tol=1e-13, max_iter=1000)
        g.fit(z, event, sample_weight=weights)
        out[f"logistic{name}_{penalty}"] = back(g.intercept_[0], g.coef_[0], mean, sd)
ols = sm.OLS(y, sm.add_constant(x)).fit()
out["ols"] = [float(ols.params[0]), [float(v) for v in ols.params[1:]]]
out["ols_left_out"] = [float(v) for v in ols.get_influence().resid_press]
glm = sm.GLM(event, sm.add_constant(x), family=sm.families.Binomial()).fit(tol=1e-14, maxiter=100)
out["glm"] = [float(glm.params[0]), [float(v) for v in glm.params[1:]]]
json.dump(out, open(1, "w", closefd=False), indent=1)
