# %% prelude
import numpy as np

from autograder import FROM_SCRATCH, Calibration, Case, Dataset, Exercise, Group, Mistake, Variant, tools, variant
from reference import unsupervised

from chapter import X_digits, X_digits_test, anomaly_score, anomaly_threshold, auc, drawn_by, pca_eig, pca_inverse, pca_transform, words, y_digits, y_digits_test

# %% [markdown] lang="en"
# ## {n} In practice: what is not a zero?
#
# A post office wants to be warned when something else than a zero lies in the box of zeros. It has some zeros, known to be normal, among many other images; which digit an anomaly will be, nobody knows beforehand.
#
# Fit a coder to the **normal samples alone**: their mean, and their first $M$ principal components, by your `pca_eig`. (A deep autoencoder would do as well; this one takes milliseconds.) Who fits to everything gets a coder that restores everything, anomalies included.
#
# **By hand.** Samples $(0,0),(2,0),(9,9)$, of which the first two are normal, $M=1$: mean $(1,0)$, component $(1,0)$ or $(-1,0)$.
#
# The check fits with $M=6$ on 800 images, some 80 of them zeros, scores 397 new images by their error, and takes the AUC. You pass at 0.995.
# %% [markdown] lang="zh" of="605a"
# ## {n} 实战：哪个不是零？
#
# 邮局想在“零”的格子里混进别的东西时得到提醒。手上有许多图像，其中一部分已知是零，算作正常；混进来的会是几，事先没有人知道。
#
# 只用**正常样本**拟合一个编码器：它们的均值，以及前 $M$ 个主成分，用你的 `pca_eig`。（深度自编码器也行，这一个只要几毫秒。）如果用全部样本来拟合，得到的编码器什么都能恢复，连异常也能。
#
# **手算。** 样本 $(0,0),(2,0),(9,9)$，前两个正常，$M=1$：均值 $(1,0)$，主成分 $(1,0)$ 或 $(-1,0)$。
#
# 检查时取 $M=6$，在 800 张图上拟合（其中大约 80 张是零），按误差给 397 张新图像打分，再算 AUC，达到 0.995 即通过。
# %% answer="train_detector"
def train_detector(X, normal, M):
    """Fit a coder to the normal samples alone: their mean and their first M principal components.

    X (N, D); normal (N,) of True and False, which samples are normal.  Returns (mean, W), shapes (D,) and (M, D).
    """
    ### BEGIN SOLUTION
    mean, W, _ = pca_eig(X[normal], M)
    return mean, W
    ### END SOLUTION


# %% [markdown] docstring="train_detector" lang="zh" of="92f3"
# 只用正常样本拟合编码器：它们的均值和前 M 个主成分。
#
# X (N, D)；normal (N,) 由 True 和 False 组成，说明哪些样本是正常的。返回 (mean, W)，形状为 (D,) 和 (M, D)。
# %% [markdown] why="train_detector" lang="en"
# `X[normal]` is all that the coder gets to see, for mean *and* components. M is a bargain: too few components restore not even zeros, too many restore everything, and with M = D every score is 0.
# %% [markdown] why="train_detector" lang="zh" of="8aef"
# 编码器看到的只有 `X[normal]`，均值和主成分**都**由它来。M 要权衡：太少，连 0 也恢复不好；太多，什么都恢复得好，M = D 时所有分数都是 0。
# %% grading="train_detector"
def digits_cases(rng):
    drawn = unsupervised.digits_draw(rng)
    parts = {name: Dataset("digits", rows=drawn[rows]) for name, rows in (("X", "rows"), ("X_test", "rows_test"))}
    labels = {name: Dataset("digits", part="target", rows=drawn[rows]) for name, rows in (("y", "rows"), ("y_test", "rows_test"))}
    yield Case("zeros are normal", zh="零是正常的", **parts, **labels, turn=drawn["turn"], M=6)


def shapes_of_coder(X, normal, M):
    return {"mean": (X.shape[1],), "W": (M, X.shape[1])}


def auc_of_errors(impl, case):
    turn = np.random.default_rng(case.turn)
    matrix = np.linalg.qr(turn.normal(size=(64, 64)))[0]
    X, X_test, zeros = case.X / 16 @ matrix, case.X_test / 16 @ matrix, case.y == 0
    mean, W = impl.train_detector(X, zeros, case.M)
    left = X_test - mean
    scores = np.sum((left - left @ W.T @ W) ** 2, axis=1)
    off = {"mean of zeros": X[zeros].mean(axis=0), "mean of the others": X[~zeros].mean(axis=0), "origin": np.zeros(64)}
    far = {name: round(float(np.linalg.norm(mean - place)), 1) for name, place in off.items()}
    return {"metric": tools.auc(scores, case.y_test != 0), **far, "variance kept": round(float(np.sum((X @ W.T) ** 2) / np.sum(X**2)), 2)}


@variant
def by_svd(X, normal, M):
    mean = X[normal].mean(axis=0)
    return mean, np.linalg.svd(X[normal] - mean, full_matrices=False)[2][:M]


@variant
def by_a_loop(X, normal, M):
    chosen = np.array([x for x, good in zip(X, normal) if good])
    mean, W, _ = pca_eig(chosen, M)
    return mean, -W


Exercise(
    points=2, reference=unsupervised.train_detector, shapes=shapes_of_coder, forbids=FROM_SCRATCH,
    many_right="any coder that restores zeros and little else is right",
    tolerance=Calibration(
        run=unsupervised.calibrate_train_detector, higher_is_better=True, margin=0.005,
        reason="AUC on 397 digits of the error of PCA with 6 components that was fitted to zeros",
    ),
    groups=[Group("values", digits_cases, observe=auc_of_errors, en="Anomalies among new digits", zh="新数字中的异常")],
    mistakes=[
        Mistake("trained_on_everything", "pca_eig(X[normal], M)", "pca_eig(X, M)",
            en="Your coder was fitted to all samples, so it restores anomalies as well. Use the normal ones alone.", zh="你用全部样本拟合，于是异常也恢复得很好。只用正常样本。"),
        Mistake("trained_on_anomalies", "X[normal]", "X[~normal]",
            en="Your coder was fitted to the *anomalies*: it finds the zeros strange.", zh="你用**异常**样本拟合，它反倒觉得零很奇怪。"),
        Mistake("mean_of_everything", "    return mean, W\n", "    return X.mean(axis=0), W\n",
            en="The components are those of the normal samples, but the mean is that of all. Both belong together.", zh="主成分来自正常样本，均值却是全体的。两者要配套。"),
        Mistake("components_of_everything", "    return mean, W\n", "    return mean, pca_eig(X, M)[1]\n",
            en="The mean is that of the normal samples, but the components are those of all. Both belong together.", zh="均值来自正常样本，主成分却是全体的。两者要配套。"),
        Mistake("samples_for_components", "    return mean, W\n", "    return mean, X[normal][:M]\n",
            en="You returned samples in place of components. Components have length 1 and are orthogonal.", zh="你返回的是样本，不是主成分。主成分长度为 1，且两两正交。"),
        Mistake("mean_of_the_anomalies", "    return mean, W\n", "    return X[~normal].mean(axis=0), W\n",
            en="Your mean is that of the anomalies. It is the normal samples that are normal.", zh="你的均值是异常样本的。应当用正常样本的。"),
    ],
    variants=[Variant("by_numbers", "X[normal]", "X[np.flatnonzero(normal)]")],
)
# %% [markdown] lang="en"
# **Sorted by strangeness.** Your detector, fitted to the zeros among 1000 digits, scores 400 new ones. Shown are every 23rd in the order of their error, and the threshold that spares 95% of the normal ones it was fitted to.
# %% [markdown] lang="zh" of="a298"
# **按反常程度排序。** 用 1000 个数字中的零拟合出来的检测器，给 400 个新数字打分。图中按误差的次序每隔 23 个取一个；阈值取在让拟合时 95% 的正常样本不被误报之处。
# %% demo="sorted_by_error"
@drawn_by("train_detector", "anomaly_score", "anomaly_threshold", "auc", "pca_transform", "pca_inverse")
def sorted_by_error(plt):
    mean, W = train_detector(X_digits, y_digits == 0, 6)

    def scores_of(X):
        return anomaly_score(X, pca_inverse(pca_transform(X, mean, W), mean, W))

    scores, limit = scores_of(X_digits_test), anomaly_threshold(scores_of(X_digits[y_digits == 0]), 0.95)
    order = np.argsort(scores)
    figure = plt.figure(figsize=(11, 4.3), layout="constrained")
    images, curve = figure.subfigures(2, 1, height_ratios=(1, 2))
    for ax, n in zip(images.subplots(1, 18), order[4::23]):
        ax.imshow(X_digits_test[n].reshape(8, 8), cmap="gray_r")
        ax.set_title(f"{scores[n]:.1f}", fontsize=9, color="#0072B2" if scores[n] <= limit else "#D55E00")
        ax.set(xticks=[], yticks=[])
    ax, odd = curve.subplots(), y_digits_test != 0
    bins = np.linspace(0, scores.max(), 50)
    ax.hist(scores[~odd], bins, color="#0072B2", label=words(en="zeros", zh="零"))
    ax.hist(scores[odd], bins, color="#D55E00", alpha=0.7, hatch="//", label=words(en="other digits", zh="其他数字"))
    ax.axvline(limit, color="black", ls="--", label=words(en="threshold", zh="阈值"))
    ax.set(xlabel=words(en="error", zh="误差"), ylabel=words(en="images", zh="图像数"), title=f"AUC = {auc(scores, odd.astype(int)):.3f}")
    ax.legend(frameon=False)
    plt.show()


# %% [markdown] lang="en"
# What you should see. The images begin with zeros, neat ones first, and then come the other digits, those that look least like a zero last. Below, the two heaps do not touch, so the AUC is 1. And yet the threshold (dashed) reports 8 of the 35 new zeros, 23%, where 5% was agreed: it comes from the scores of images that the coder was *fitted* to, which it restores too well. As in chapter 1, what is to hold for new samples must be measured on samples that were held out.
# %% [markdown] lang="zh" of="783c"
# 你应当看到：上面的图像从零开始，写得工整的在前，然后才是别的数字，最不像零的在最后。下面两堆互不相接，所以 AUC 为 1。可是阈值（虚线）误报了 35 个新零中的 8 个，即 23%，而约定的是 5%：它来自编码器**拟合过**的图像的分数，那些图像恢复得太好了。和第一章一样，要对新样本成立的东西，就得用留出来的样本去量。
