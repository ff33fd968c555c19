# %% prelude
import torch
from autograder import CLOSED_FORM, Case, Exercise, Mistake, Tensor
from reference import objects

# %% [markdown] lang="en"
# ## {n} A net
# %% [markdown] lang="zh" of="1ad7"
# ## {n} 网络
# %% answer="Net"
class Net(torch.nn.Module):
    """One hidden layer of ReLUs: layers `first` and `last`, float64."""

    def __init__(self, inputs, hidden):
        super().__init__()
        ### BEGIN SOLUTION
        self.first = torch.nn.Linear(inputs, hidden, dtype=torch.float64)
        self.last = torch.nn.Linear(hidden, 1, dtype=torch.float64)
        ### END SOLUTION

    def forward(self, X):
        """Outputs (N,) for X (N, D)."""
        ### BEGIN SOLUTION
        return self.last(torch.relu(self.first(X)))[:, 0]
        ### END SOLUTION


# %% grading="Net"
def net_cases(rng):
    for name, zh, n in (("typical", "一般数据", 7), ("one row", "只有一行", 1)):
        weights = {
            "first.weight": Tensor(rng.normal(size=(3, 2))),
            "first.bias": Tensor(rng.normal(size=3)),
            "last.weight": Tensor(rng.normal(size=(1, 3))),
            "last.bias": Tensor(rng.normal(size=1)),
        }
        yield Case(name, zh=zh, X=Tensor(rng.normal(size=(n, 2))), weights=weights)


def outputs(impl, case):
    net = impl.Net(2, 3)
    net.load_state_dict(case.weights)
    return net(case.X)


Exercise(
    points=2, reference=objects.Net, cases=net_cases, observe=outputs, tolerance=CLOSED_FORM,
    mistakes=[
        Mistake("no_relu", "torch.relu(self.first(X))", "self.first(X)",
            en="The ReLU is missing.",
            zh="缺少 ReLU。"),
    ],
)
