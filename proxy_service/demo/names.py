"""Invented names, codes and numbers; well-formed, belonging to nobody."""

from __future__ import annotations

from itertools import count
from random import Random

from stdnum.cn import uscc as gb32100

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = (  # noqa: SIM905 -- a list of words reads as words
    "昭宁 景行 望舒 云舟 知远 予安 清和 砚秋 嘉树 怀瑾 明澈 思齐 亦航 书珩 若溪 子衿 允之 修远 承泽 静姝 "
    "星河 念慈 一诺 浩然 春晓 秉文 沐阳 佳禾 立言 海晏"
).split()
_BRANDS = (  # noqa: SIM905
    "砺川 岱昀 澄垚 槐序 朔穹 璟沅 垣泰 沄晟 珩岳 堃澜 翊铖 洺硕 峤远 瀚垚 稷丰 钧砺 榕岱 煜垣 邺川 岑岳 湛垚 昶砺 "
    "浔峤 铎远 棠垣 霁川 彦垚 淞岱 骞岳 璞澜 衍硕 峻垚 泓铖 屹沄 "
    "骁垚 澔川 琮岱 璇硕 旻垣 晗岳 祺澜 卓垚 霖川 炜铖 嵘岱 珏澜 钰硕 昕垣 勰川 翀岳 煊砺 璨垚"
).split()
_ORG_VALUES = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


class Register:
    """Gives out names, phones and codes, none of them twice."""

    def __init__(self, rng: Random, *, taken: str = "") -> None:
        """`taken`: text whose brands are used already."""
        people = [surname + given for surname in _SURNAMES for given in _GIVEN]
        rng.shuffle(people)
        self._people = iter(people)
        self._brands = iter([brand for brand in _BRANDS if brand not in taken])
        self._phones = count(1001)
        self._codes = count(1)

    def person(self) -> str:
        return next(self._people)

    def brand(self) -> str:
        return next(self._brands)

    def phone(self) -> str:
        """130 0000 1001 and on: a mobile by its form, from a range that nobody takes for real."""
        return f"1300000{next(self._phones)}"

    def uscc(self, district: str, *, kind: str = "91") -> str:
        return invented_uscc(kind + district, next(self._codes))


def invented_uscc(head: str, n: int) -> str:
    """A 统一社会信用代码 with both check characters right: that of the organisation code, and the last.

    `head`: two characters for the kind of body (91 enterprise, 12 public institution) and six for the district.
    """
    body = f"MA0Y{2000 + n:04d}"
    rest = 11 - sum(_ORG_VALUES.index(char) * weight for char, weight in zip(body, _ORG_WEIGHTS, strict=True)) % 11
    code = f"{head}{body}{'X' if rest == 10 else 0 if rest == 11 else rest}"
    return code + str(gb32100.calc_check_digit(code))
