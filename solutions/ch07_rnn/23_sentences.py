# %% prelude
import numpy as np

# %% [markdown] lang="en"
# ## Sentences about cities
#
# Now real work (§8.2): a traveler says a sentence, and a program must fill a form: **destination** (label 1), **origin** (2), **day** (3); every other word is 0. The generator below makes up such sentences by a small grammar, in English ("arrive at beijing on friday") or in Chinese (“离开 北京”). Mind three things:
#
# * Whether a city is destination or origin is decided by a verb that stands before it, often several words *earlier*. Without a memory nobody can know.
# * The names of cities are not in the dictionary: all of them are OTHER. So what is learnt is to listen, not a list of names, and the test asks about cities that were never trained.
# * Short sentences are filled up with `"."`, whose label is 0.
# %% [markdown] lang="zh" of="4a11"
# ## 关于城市的句子
#
# 现在来做真正的任务（§8.2）：旅客说一句话，程序要填一张表：**目的地**（标签 1）、**出发地**（2）、**日期**（3），其余的词都是 0。下面的生成器用一套小语法造出这样的句子，中文（“离开 北京”）或英文（“arrive at beijing on friday”）都可以。注意三点：
#
# * 城市是目的地还是出发地，取决于**前面**的动词，中间常常隔着好几个词。没有记忆，谁也不可能知道。
# * 城市的名字不在词典里，一律是 OTHER。所以学会的是“听”，而不是背一张地名表；测试问的也是训练时从没出现过的城市。
# * 短句子用 `"."` 补齐，它的标签是 0。
# %% setup
GRAMMAR = {
    "en": {
        "openings": ["i want to", "please let me", "tomorrow we", "can i", "she will"],
        "verbs": {"leave": 2, "depart from": 2, "fly to": 1, "arrive at": 1, "visit": 1},
        "fillers": ["the", "old", "rainy", "city", "of", "our", "dear"],
        "days": ["monday", "friday", "sunday"], "on": "on", "then": "and then",
        "cities": ["beijing", "lima", "oslo", "cairo", "quito", "delhi", "accra", "perth"],
    },
    "zh": {
        "openings": ["我 想", "请 帮 我", "我们 要", "她 将", "能 不 能"],
        "verbs": {"离开": 2, "飞 离": 2, "去": 1, "飞 往": 1, "到达": 1},
        "fillers": ["那 座", "美丽", "的", "多雨", "古老", "亲爱", "大"],
        "days": ["周一", "周五", "周日"], "on": "在", "then": "然后",
        "cities": ["北京", "利马", "奥斯陆", "开罗", "基多", "德里", "阿克拉", "珀斯"],
    },
}  # fmt: skip
LONGEST = 20  # words of a sentence; shorter ones are filled up with "."
TAGS = {"en": ("", "destination", "origin", "day"), "zh": ("", "目的地", "出发地", "日期")}


def sentences(rng, n, cities, language="en"):
    """n sentences of LONGEST words and their labels: two lists of lists.  `cities` are the names that may occur."""
    grammar, texts, labels = GRAMMAR[language], [], []

    def pick(words):
        return words[int(rng.integers(len(words)))]

    def trip():
        verb = pick(list(grammar["verbs"]))
        between = [pick(grammar["fillers"]) for _ in range(int(rng.integers(0, 4)))]
        words = " ".join([verb, *between]).split()
        return [*words, pick(cities)], [0] * len(words) + [grammar["verbs"][verb]]

    while len(texts) < n:
        words, tags = trip()
        opening = pick(grammar["openings"]).split()
        words, tags = opening + words, [0] * len(opening) + tags
        if rng.uniform() < 0.6:
            words, tags = words + [grammar["on"], pick(grammar["days"])], tags + [0, 3]
        if rng.uniform() < 0.5:
            more, more_tags = trip()
            then = grammar["then"].split()
            words, tags = words + then + more, tags + [0] * len(then) + more_tags
        if len(words) <= LONGEST:
            texts.append(words + ["."] * (LONGEST - len(words)))
            labels.append(tags + [0] * (LONGEST - len(words)))
    return texts, labels


def dictionary(language="en"):
    """Every word of the grammar but the cities, and "."."""
    grammar = GRAMMAR[language]
    phrases = [*grammar["openings"], *grammar["verbs"], *grammar["fillers"], *grammar["days"], grammar["on"], grammar["then"], "."]
    return list(dict.fromkeys(word for phrase in phrases for word in phrase.split()))


# %% demo="a_sentence"
for language in GRAMMAR:
    for text, tags in zip(*sentences(np.random.default_rng(4), 2, GRAMMAR[language]["cities"], language)):
        print(" ".join(f"{word}[{TAGS[language][tag]}]" if tag else word for word, tag in zip(text, tags)))
