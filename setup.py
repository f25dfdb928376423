"""The package's metadata. Tools' settings are in pyproject.toml."""

from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent

# What runs inside the platform takes what the platform already holds, with wide ranges; the reasons are in docs/dependencies.md.
RUNTIME = [
    "XBlock[django]>=5.2,<7",
    "Django>=4.2,<6",
    "djangorestframework>=3.14",
    "edx-opaque-keys[django]>=2.5",
    "lxml>=5.0",
    "nh3>=0.2.14",
]
PREVIEW = [
    "Django>=5.1,<6",
    "edx-completion>=4.6",
    "edxval>=2.6",
    "fs>=2.4.16",
    "setuptools<82",
    "waitress>=3.0",
    "xblocks-contrib>=0.13",
]
TOOLS: list[str] = []
DEV = [
    "axe-playwright-python>=0.1.4",
    "babel>=2.16",
    "build>=1.2",
    "hypothesis>=6.100",
    "import-linter>=2.1",
    "lxml-stubs>=0.5",
    "mypy>=1.13",
    "pillow>=10.4",
    "playwright>=1.48",
    "pre-commit>=4.0",
    "psycopg[binary]>=3.2",
    "pymysql>=1.1",
    "pytest>=8.3",
    "pytest-django>=4.9",
    "pytest-xdist>=3.6",
    "ruff>=0.8",
    "towncrier>=24.8",
]

setup(
    name="westmec-xblocks",
    version="0.1.0",
    description="Open edX for career and technical education: lab-skill checklists, industry-validated assessments, courses",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    author="The westmec-xblocks authors",
    license_expression="Apache-2.0",
    license_files=["LICENSE", "NOTICE"],
    python_requires=">=3.11",
    packages=find_packages(include=["westmec_xblocks", "westmec_xblocks.*"]),
    include_package_data=True,
    zip_safe=False,
    install_requires=RUNTIME,
    extras_require={"preview": PREVIEW, "tools": TOOLS, "dev": PREVIEW + TOOLS + DEV},
    entry_points={
        "console_scripts": ["westmec = westmec_xblocks.cli:main"],
        "xblock.v1": [
            "westmec_assessment = westmec_xblocks.blocks.assessment:AssessmentBlock",
            "westmec_lab_checklist = westmec_xblocks.blocks.lab_checklist:LabChecklistBlock",
        ],
        "lms.djangoapp": [
            "westmec_records = westmec_xblocks.records.apps:RecordsConfig",
            "westmec_blocks = westmec_xblocks.blocks.apps:BlocksConfig",
        ],
        "cms.djangoapp": [
            "westmec_records = westmec_xblocks.records.apps:RecordsConfig",
            "westmec_blocks = westmec_xblocks.blocks.apps:BlocksConfig",
        ],
    },
    classifiers=[
        "Development Status :: 3 - Alpha",
        "Framework :: Django",
        "Framework :: Django :: 4.2",
        "Framework :: Django :: 5.2",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
    ],
)
