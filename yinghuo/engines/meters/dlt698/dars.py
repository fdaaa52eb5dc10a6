"""The words for the codes that stand where data should be (DAR, "data access result").

0, 3, 4, 7, 8 and 255 are from the facts; the others from memory of the standard, not checked against its text.
"""

DONE, HARDWARE, FOR_NOW, REFUSED, UNDEFINED, WRONG_CLASS, ABSENT, WRONG_TYPE, OUT_OF_RANGE = range(9)
OTHER = 255

DAR: dict[int, tuple[str, str]] = {
    0: ("done", "成功"),
    1: ("hardware fails", "硬件失效"),
    2: ("not for now", "暂时失效"),
    3: ("read or write refused", "拒绝读写"),
    4: ("object not defined", "对象未定义"),
    5: ("object of another class", "对象接口类不符合"),
    6: ("object does not exist", "对象不存在"),
    7: ("type does not match", "类型不匹配"),
    8: ("out of range", "越界"),
    9: ("block not available", "数据块不可用"),
    10: ("block transfer called off", "分帧传输已取消"),
    11: ("no block transfer under way", "不处于分帧传输状态"),
    12: ("block write called off", "块写取消"),
    13: ("no block write under way", "不存在块写状态"),
    14: ("block number invalid", "数据块序号无效"),
    15: ("password wrong or not authorised", "密码错/未授权"),
    16: ("baud rate cannot be changed", "通信速率不能更改"),
    17: ("too many year zones", "年时区数超"),
    18: ("too many day periods", "日时段数超"),
    19: ("too many tariffs", "费率数超"),
    20: ("security does not match", "安全认证不匹配"),
    21: ("charged twice", "重复充值"),
    22: ("security module does not verify", "ESAM验证失败"),
    23: ("authentication fails", "安全认证失败"),
    24: ("customer number does not match", "客户编号不匹配"),
    25: ("count of charges is wrong", "充值次数错误"),
    26: ("hoarding of energy", "购电超囤积"),
    27: ("address abnormal", "地址异常"),
    28: ("symmetric decryption fails", "对称解密错误"),
    29: ("asymmetric decryption fails", "非对称解密错误"),
    30: ("signature wrong", "签名错误"),
    31: ("meter suspended", "电能表挂起"),
    32: ("time tag invalid", "时间标签无效"),
    33: ("request timed out", "请求超时"),
    34: ("security module: P1 P2 wrong", "ESAM的P1P2不正确"),
    35: ("security module: length wrong", "ESAM的LC错误"),
    255: ("other", "其它"),
}


def word(dar: int) -> str:
    """The English word of a code; its number where it has none.

    >>> word(3), word(77)
    ('read or write refused', 'code 77')
    """
    return DAR[dar][0] if dar in DAR else f"code {dar}"
