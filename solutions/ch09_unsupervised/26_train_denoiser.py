# %% prelude
import numpy as np

from autograder import FROM_SCRATCH, Calibration, Case, Dataset, Exercise, Group, Mistake, Rng, Variant, variant
from reference import unsupervised

from chapter import X_digits, X_digits_test, adam_step, autoencoder_forward, autoencoder_grad, drawn_by, first_params, words

# %% [markdown] lang="en"
# ## {n} In practice: cleaning digits
#
# Now train it. Everything is as in {ref:train_autoencoder} but for one thing: to each batch *new* noise of standard deviation `sigma` is added (`sigma * rng.normal(size=batch.shape)`) on its way in, and what should come out is the batch without it. Always the same noise would be learned by heart.
#
# The check trains with `sigma=0.3, n_hidden=64, n_code=20, lr=0.007, n_epochs=25, batch_size=25` on 800 images, then lets your net clean images that it has never seen. As they come, noisy, their error is $64\cdot0.3^2=5.76$ on average. PCA with 20 components would bring it down to about 2.4. You pass at 1.91 or less.
# %% [markdown] lang="zh" of="6a73"
# ## {n} 实战：把数字擦干净
#
# 现在来训练。一切都与 {ref:train_autoencoder} 节相同，只有一点不同：每个批次输入时要加上**新的**噪声，标准差为 `sigma`（`sigma * rng.normal(size=batch.shape)`），而应当输出的是没加噪声的这批样本。如果噪声总是同一份，网络会把它背下来。
#
# 检查时用 `sigma=0.3, n_hidden=64, n_code=20, lr=0.007, n_epochs=25, batch_size=25` 在 800 张图上训练，然后让你的网络清理它从没见过的图像。这些带噪声的图像，误差平均为 $64\cdot0.3^2=5.76$；用 20 个主成分的 PCA 能降到约 2.4。达到 1.91 即通过（越小越好）。
# %% answer="train_denoiser"
def train_denoiser(X, sigma, n_hidden, n_code, lr, n_epochs, batch_size, rng):
    """Train a denoising autoencoder by mini-batches with Adam.

    X (N, D), clean samples; sigma, the standard deviation of the normal noise that is added to what goes in, new in every
    batch; everything else as in `train_autoencoder`.  Returns the parameters W1, b1, …, W4, b4.
    """
    ### BEGIN SOLUTION
    params, memory = first_params([X.shape[1], n_hidden, n_code, n_hidden, X.shape[1]], rng), {}
    for _ in range(n_epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            clean = X[order[start : start + batch_size]]
            noisy = clean + sigma * rng.normal(size=clean.shape)
            grads = autoencoder_grad(params, noisy, clean)
            params, memory = adam_step(params, grads, memory, lr)
    return params
    ### END SOLUTION


# %% [markdown] docstring="train_denoiser" lang="zh" of="c288"
# 用小批量和 Adam 训练去噪自编码器。
#
# X (N, D) 是干净的样本；sigma 是输入时所加的正态噪声的标准差，每个批次的噪声都是新的；其余同 `train_autoencoder`。
# 返回参数 W1, b1, …, W4, b4。
# %% [markdown] why="train_denoiser" lang="en"
# Noise is drawn inside the inner loop: no batch ever meets the same twice, so it can't be learned by heart, and a sample comes
# in ever new versions. Two names, `noisy` and `clean`, keep apart what goes in and what is asked for.
# %% [markdown] why="train_denoiser" lang="zh" of="3062"
# 噪声在内层循环里抽取：同样的噪声不会出现第二次，背不下来，而同一个样本每次都以新的面目出现。用 `noisy` 和 `clean` 两个名字，把输入和要求的输出分清楚。
# %% grading="train_denoiser"
def digits_cases(rng):
    drawn, seed = unsupervised.digits_draw(rng), Rng(int(rng.integers(2**31)))
    images = {"X": Dataset("digits", rows=drawn["rows"]), "X_test": Dataset("digits", rows=drawn["rows_test"])}
    yield Case("noisy digits", zh="带噪声的数字", **images, turn=drawn["turn"], sigma=unsupervised.SIGMA, **unsupervised.DENOISER, rng=seed)


def shapes_of_coder(X, sigma, n_hidden, n_code, lr, n_epochs, batch_size, rng):
    sizes = [X.shape[1], n_hidden, n_code, n_hidden, X.shape[1]]
    weights = {f"W{layer}": (sizes[layer - 1], sizes[layer]) for layer in range(1, 5)}
    return {**weights, **{f"b{layer}": (sizes[layer],) for layer in range(1, 5)}}


def error_when_noisy(impl, case):
    turn = np.random.default_rng(case.turn)
    matrix = np.linalg.qr(turn.normal(size=(64, 64)))[0]
    X, X_test = case.X / 16 @ matrix, case.X_test / 16 @ matrix
    net = impl.train_denoiser(X, case.sigma, case.n_hidden, case.n_code, case.lr, case.n_epochs, case.batch_size, case.rng)
    errors = []
    for noise in (case.sigma * turn.normal(size=X_test.shape), 0.0):
        A = X_test + noise
        for layer in range(1, 5):
            A = A @ net[f"W{layer}"] + net[f"b{layer}"]
            A = np.tanh(A) if layer in (1, 3) else A
        errors.append(float(np.mean(np.sum((X_test - A) ** 2, axis=1))))
    return {"metric": errors[0], "how far": round(errors[0], 2), "without noise": round(errors[1], 2)}


@variant
def noise_by_loc_and_scale(X, sigma, n_hidden, n_code, lr, n_epochs, batch_size, rng):
    D, memory = X.shape[1], {}
    params = first_params((D, n_hidden, n_code, n_hidden, D), rng)
    for _ in range(n_epochs):
        for rows in np.split(rng.permutation(len(X)), range(batch_size, len(X), batch_size)):
            noisy = rng.normal(X[rows], sigma)
            params, memory = adam_step(params, autoencoder_grad(params, noisy, X[rows]), memory, lr)
    return params


Exercise(
    points=2, reference=unsupervised.train_denoiser, shapes=shapes_of_coder, forbids=FROM_SCRATCH, seconds=20.0,
    tolerance=Calibration(
        run=unsupervised.calibrate_train_denoiser, higher_is_better=False, margin=0.005,
        reason="error on 397 noisy digits of an autoencoder with codes of 20 numbers that was trained with noise 0.3",
    ),
    groups=[Group("values", digits_cases, observe=error_when_noisy, en="New digits, cleaned", zh="清理没见过的数字")],
    many_right="any order of the samples, any start and any noise of that strength lead to a good net",
    mistakes=[
        Mistake("noisy_target", "autoencoder_grad(params, noisy, clean)", "autoencoder_grad(params, noisy, noisy)",
            en="Your net learns to repeat the noise: it is asked for the noisy batch. Ask for the clean one.", zh="你的网络学的是把噪声也重复出来：要求它输出的是带噪声的那批。应当要求干净的。"),
        Mistake("no_noise", "autoencoder_grad(params, noisy, clean)", "autoencoder_grad(params, clean, clean)",
            en="The net has never seen noise in training, so it doesn't know what to do with it. It goes in with the batch.", zh="网络在训练时从没见过噪声，不知道该怎么对付。噪声要加在输入的批次上。"),
        Mistake("clean_in_noisy_out", "autoencoder_grad(params, noisy, clean)", "autoencoder_grad(params, clean, noisy)",
            en="Input and target are exchanged: noisy goes in, clean comes out.", zh="输入和目标弄反了：带噪声的进去，干净的出来。"),
        Mistake("variance_for_deviation", "sigma * rng.normal", "sigma**2 * rng.normal",
            en="Your noise is too weak: sigma is its standard deviation, not its variance.", zh="你的噪声太弱：sigma 是标准差，不是方差。"),
        Mistake("uniform_positive_noise", "rng.normal(size=clean.shape)", "rng.uniform(size=clean.shape)",
            en="Your noise only makes pixels darker. Normal noise goes both ways, about 0.", zh="你的噪声只会让像素变深。正态噪声以 0 为中心，两边都有。"),
        Mistake("memory_lost", "adam_step(params, grads, memory, lr)", "adam_step(params, grads, {}, lr)",
            en="Adam begins anew at every step: hand the memory that it returned back to it.", zh="Adam 每一步都从头开始：要把它返回的记忆再交给它。"),
        Mistake("one_epoch", "    return params\n", "        return params\n",
            en="Training stops after the first epoch: look at the indentation of your `return`.", zh="训练在第一轮之后就停了：检查 `return` 的缩进。"),
        Mistake("steps_lost", "            params, memory = adam_step", "            _, memory = adam_step",
            en="The parameters stay those of the start: the updated ones are computed and not kept.", zh="参数一直是最初的：更新后的算出来了，却没有存下来。"),
    ],
    variants=[
        Variant("scale_of_the_generator", "sigma * rng.normal(size=clean.shape)", "rng.normal(0, sigma, clean.shape)"),
        Variant("standard_normal", "sigma * rng.normal(size=clean.shape)", "rng.standard_normal(clean.shape) * sigma"),
    ],
)
# %% [markdown] lang="en"
# **Clean, noisy, cleaned.** Eight digits that your net has not seen.
# %% [markdown] lang="zh" of="0b0b"
# **干净的、带噪声的、清理后的。** 你的网络没见过的八个数字。
# %% demo="cleaned"
@drawn_by("train_denoiser", "autoencoder_forward")
def cleaned(plt):
    rng = np.random.default_rng(1)
    net = train_denoiser(X_digits, 0.3, 64, 20, 0.007, 25, 25, rng)
    clean = X_digits_test[:8]
    noisy = clean + 0.3 * rng.normal(size=clean.shape)
    rows = (clean, noisy, autoencoder_forward(net, noisy)[-1])
    names = (words(en="clean", zh="干净"), words(en="noisy", zh="带噪声"), words(en="cleaned", zh="清理后"))
    _, axes = plt.subplots(3, 8, figsize=(9.5, 3.9), layout="constrained")
    for line, images, name in zip(axes, rows, names):
        for ax, image in zip(line, images):
            ax.imshow(image.reshape(8, 8), cmap="gray_r", vmin=0, vmax=1)
            ax.set(xticks=[], yticks=[])
        line[0].set_ylabel(name)
    plt.show()


# %% [markdown] lang="en"
# What you should see. In the middle row some digits are hard to read even for you. In the bottom row the strokes are back and the paper is white. Look closely: now and then the net has cleaned a digit into *another* one. It knows what digits look like in general, not what was written here.
# %% [markdown] lang="zh" of="c6c1"
# 你应当看到：中间一行，有些数字连你也认不太清；最下一行，笔画回来了，纸面也白了。再仔细看：偶尔网络会把一个数字清理成**另一个**。它知道的是数字一般长什么样，并不知道这里写的是什么。
