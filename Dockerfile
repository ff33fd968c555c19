# An image that grades: the kit without solutions, reference or bank, which a job brings along.
#
#   docker build --tag autograder .                                       what chapters 1 and 3 import
#   docker build --tag autograder --build-arg EXTRAS=grading,plots,torch .  all chapters, 1 GB more
#
# It runs as an ordinary user and needs no privileges: sessions are shut in by Landlock (Linux 6.2 or later).
ARG PYTHON=3.12

FROM python:${PYTHON}-slim AS build
ARG EXTRAS=grading,plots
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
WORKDIR /kit
RUN python -m venv /opt/autograder
COPY constraints.txt ./
RUN case ",$EXTRAS," in *,torch,*) /opt/autograder/bin/pip install --no-cache-dir --constraint constraints.txt \
    --index-url "$TORCH_INDEX" torch ;; esac
COPY pyproject.toml README.md LICENSE ./
COPY autograder autograder
RUN /opt/autograder/bin/pip install --no-cache-dir --constraint constraints.txt ".[$EXTRAS]"

FROM python:${PYTHON}-slim
# hadolint ignore=DL3008  # whichever curl has the distribution's latest repairs
RUN apt-get update && apt-get install --yes --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/autograder /opt/autograder
ENV PATH=/opt/autograder/bin:$PATH
RUN useradd --create-home --uid 1000 grader
USER 1000
WORKDIR /home/grader
CMD ["autograder", "--help"]
