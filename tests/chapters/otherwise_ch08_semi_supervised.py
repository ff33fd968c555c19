"""Chapter 8: gradients by finite differences, and derived ones in plain loops."""

from __future__ import annotations

PROBING = {
    "entropy_grad": """
def entropy_grad(Z):
    return differences(lambda part: np.sum(entropy(softmax(part))), Z)
""",
    "entropy_reg_grad": """
def entropy_reg_grad(W, b, Xl, yl, Xu, lam):
    return (
        differences(lambda part: entropy_reg_loss(part, b, Xl, yl, Xu, lam), W),
        differences(lambda part: entropy_reg_loss(W, part, Xl, yl, Xu, lam), b),
    )
""",
    "graph_reg_grad": """
def graph_reg_grad(A, f, y, labeled, lam):
    return differences(lambda part: np.sum(labeled * (part - y) ** 2) + lam * smoothness(A, part), f)
""",
}

PLAIN_LOOPS = {
    "entropy_grad": """
def entropy_grad(Z):
    rows = []
    for p in softmax(Z):
        logs = np.log(np.where(p > 0, p, 1.0))
        rows.append(-p * (logs - p @ logs))
    return np.array(rows)
""",
    "graph_reg_grad": """
def graph_reg_grad(A, f, y, labeled, lam):
    slope = np.zeros(len(f))
    for i in range(len(f)):
        slope[i] = 2 * labeled[i] * (f[i] - y[i]) + 2 * lam * np.sum(A[i] * (f[i] - f))
    return slope
""",
}
